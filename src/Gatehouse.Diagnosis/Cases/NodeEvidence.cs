using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>What is known of one node. See <see cref="NodeSnapshot"/> for what is not explained here.</summary>
public sealed record NodeEvidence
{
    /// <summary>The name of the node.</summary>
    public required string Name { get; init; }

    /// <summary>The nodes that come first, and how much they are needed.</summary>
    public IReadOnlyList<Edge> After { get; init => field = value ?? []; } = [];

    /// <summary>Whether the process can be ready without it.</summary>
    public required bool IsRequired { get; init; }

    /// <summary>What the front door does when the node falls after the start.</summary>
    public WhenDown WhenDown { get; init; }

    /// <summary>What kind of thing the node looks at; null: it is told from the signature, and failing that from the name.</summary>
    public NodeKind? Kind { get; init; }

    /// <summary>Where the node stands.</summary>
    public required NodeState State { get; init; }

    /// <summary>When it came to stand there; null if nothing is known of it.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The end of the last good check; null if there was none.</summary>
    public DateTimeOffset? LastGood { get; init; }

    /// <summary>The end of the last check, good or bad; null if there was none.</summary>
    public DateTimeOffset? LastVerdict { get; init; }

    /// <summary>The age at which a verdict says nothing about now; null: 45 s, four rounds of a monitor and some.</summary>
    public TimeSpan? StaleAfter { get; init; }

    /// <summary>The nodes that it waits for now.</summary>
    public IReadOnlyList<string> WaitingOn { get; init => field = value ?? []; } = [];

    /// <summary>What is wrong, in words; null when nothing is.</summary>
    public string? Reason { get; init; }

    /// <summary>The machine-readable kind of the fault; null when there is none.</summary>
    public string? Signature { get; init; }

    /// <summary>True when waiting cannot mend the fault.</summary>
    public bool IsFatal { get; init; }

    /// <summary>How many checks have ended.</summary>
    public int Runs { get; init; }

    /// <summary>Failures in a row, broken connections included.</summary>
    public int Failures { get; init; }

    /// <summary>Checks that were left behind at their timeout and have not ended.</summary>
    public int Abandoned { get; init; }

    /// <summary>How often the monitor has crashed.</summary>
    public int Restarts { get; init; }

    /// <summary>True when the node is checked only rarely, or not at all.</summary>
    public bool IsParked { get; init; }

    /// <summary>How long the last check took; null if none has ended.</summary>
    public TimeSpan? LastDuration { get; init; }

    /// <summary>The latest changes, a quarter of an hour of them at least.</summary>
    public IReadOnlyList<NodeEvent> Events { get; init => field = value ?? []; } = [];

    /// <summary>Reads one node of a snapshot and its history.</summary>
    public static NodeEvidence Of(NodeSnapshot node, IReadOnlyList<NodeEvent> events)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(events);
        return new()
        {
            Name = node.Name,
            After = node.After,
            IsRequired = node.IsRequired,
            WhenDown = node.WhenDown,
            State = node.State,
            Since = node.Since,
            LastGood = node.LastGood,
            LastVerdict = node.LastVerdict,
            WaitingOn = node.WaitingOn,
            Reason = node.Reason,
            Signature = node.Signature,
            IsFatal = node.IsFatal,
            Runs = node.Runs,
            Failures = node.Failures,
            Abandoned = node.Abandoned,
            Restarts = node.Restarts,
            IsParked = node.IsParked,
            LastDuration = node.LastDuration,
            Events = events,
        };
    }
}
