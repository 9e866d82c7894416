using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>The start-up graph at one moment, with each node's history.</summary>
public sealed record GraphEvidence
{
    /// <summary>When it was read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The nodes, in any order.</summary>
    public required IReadOnlyList<NodeEvidence> Nodes { get; init; }

    /// <summary>When every required node had been ready for the first time; null until then.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Whether the process says that it can do its job.</summary>
    public bool IsReady { get; init; }

    /// <summary>Why the process withdrew itself; null while it did not.</summary>
    public string? Withdrawn { get; init; }

    /// <summary>How long the start may take before the platform gives it up; null if that is not known. Default of the engine: 60 s.</summary>
    public TimeSpan? StartBudget { get; init; }

    /// <summary>Reads a snapshot, and with <paramref name="history"/> each node's events.</summary>
    public static GraphEvidence Of(ReadinessSnapshot snapshot, Func<string, IReadOnlyList<NodeEvent>> history)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(history);
        return new()
        {
            At = snapshot.At,
            Nodes = [.. snapshot.Nodes.Select(node => NodeEvidence.Of(node, history(node.Name)))],
            StartedAt = snapshot.StartedAt,
            IsReady = snapshot.IsReady,
            Withdrawn = snapshot.Withdrawn,
        };
    }
}
