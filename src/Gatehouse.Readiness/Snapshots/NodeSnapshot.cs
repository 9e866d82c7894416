namespace Gatehouse.Readiness;

/// <summary>One node at one moment. Immutable.</summary>
public sealed record NodeSnapshot
{
    /// <summary>The name of the node.</summary>
    public required string Name { get; init; }

    /// <summary>The nodes that come first, and how much they are needed.</summary>
    public required IReadOnlyList<Edge> After { get; init; }

    /// <summary>Whether the process can be ready without it.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>What the front door does when the node falls after the start.</summary>
    public required WhenDown WhenDown { get; init; }

    /// <summary>Where the node stands.</summary>
    public NodeState State { get; init; }

    /// <summary>When it came to stand there, by the wall clock.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The end of the last good check; null if there was none.</summary>
    public DateTimeOffset? LastGood { get; init; }

    /// <summary>The end of the last check, good or bad; null if there was none.</summary>
    public DateTimeOffset? LastVerdict { get; init; }

    /// <summary>The nodes that it waits for now; empty unless it is waiting.</summary>
    public IReadOnlyList<string> WaitingOn { get; init; } = [];

    /// <summary>What is wrong, in words; null when nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>The machine-readable kind of the fault; null when there is none.</summary>
    public string? Signature { get; init; }

    /// <summary>True when waiting cannot mend the fault.</summary>
    public bool IsFatal { get; init; }

    /// <summary>How many checks have ended, by verdict or by timeout.</summary>
    public int Runs { get; init; }

    /// <summary>Failures in a row, broken connections included.</summary>
    public int Failures { get; init; }

    /// <summary>Checks that were left behind at their timeout and have not ended yet.</summary>
    public int Abandoned { get; init; }

    /// <summary>How often the monitor has crashed and was started again.</summary>
    public int Restarts { get; init; }

    /// <summary>True when the node is checked only rarely, or not at all, because its monitor crashed too often or its checks do not end.</summary>
    public bool IsParked { get; init; }

    /// <summary>How long the last check took; null if none has ended.</summary>
    public TimeSpan? LastDuration { get; init; }

    /// <summary>True when the node does its job, well or less well.</summary>
    public bool IsUp => State is NodeState.Ready or NodeState.Degraded;
}
