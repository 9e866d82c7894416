namespace Gatehouse.Readiness;

/// <summary>How one node came up. All times count from the start of the graph, by the monotonic clock.</summary>
public sealed record TimelineNode
{
    /// <summary>The name of the node.</summary>
    public required string Name { get; init; }

    /// <summary>The nodes that it waited for.</summary>
    public required IReadOnlyList<string> After { get; init; }

    /// <summary>When it stopped waiting and its first check began; null while it waits.</summary>
    public TimeSpan? Launched { get; init; }

    /// <summary>The node that it waited for last; null for one that waited for none.</summary>
    public string? ReleasedBy { get; init; }

    /// <summary>How many checks it took.</summary>
    public int AttemptCount { get; init; }

    /// <summary>The checks themselves; only the latest where there were many.</summary>
    public IReadOnlyList<TimelineAttempt> Attempts { get; init; } = [];

    /// <summary>When the unbroken window opened that made it ready; null while there is none.</summary>
    public TimeSpan? Stabilising { get; init; }

    /// <summary>When it was first ready; null until then.</summary>
    public TimeSpan? Ready { get; init; }

    /// <summary>How it was stopped; null until then, and for a node that has nothing to undo.</summary>
    public TimelineStop? Stop { get; init; }

    /// <summary>The time from launch to ready: what the node itself cost. Null until it is ready.</summary>
    public TimeSpan? Own => Ready - Launched;
}
