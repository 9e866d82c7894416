using System.Collections.Immutable;

namespace Gatehouse.Readiness;

/// <summary>The whole graph at one moment. Immutable; a newer one replaces it whole.</summary>
public sealed record ReadinessSnapshot
{
    /// <summary>Grows with every change.</summary>
    public required long Version { get; init; }

    /// <summary>When the snapshot was taken, by the wall clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The nodes in the order of their declaration.</summary>
    public required ImmutableArray<NodeSnapshot> Nodes { get => Pages.All; init => Pages = new(value); }

    internal NodePages Pages { get; init; } = new([]);

    /// <summary>When every required node had been ready for the first time; null until then, and then for life.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>True when the process can do its job now.</summary>
    public bool IsReady { get; init; }

    /// <summary>Why the process withdrew itself (it is draining); null while it did not.</summary>
    public string? Withdrawn { get; init; }

    /// <summary>True once the graph has finished, and then for life.</summary>
    public bool IsStarted => StartedAt is not null;

    /// <summary>The first required node whose fault waiting cannot mend, or null.</summary>
    public NodeSnapshot? Fatal => Nodes.FirstOrDefault(node => node is { IsFatal: true, IsRequired: true });

    /// <summary>The required nodes that are not up: the reason for a "not ready".</summary>
    public IEnumerable<NodeSnapshot> Culprits => Nodes.Where(node => node is { IsRequired: true, IsUp: false });

    /// <summary>
    /// What the front door should do with new work now: serve it while ready; hold it before the start, and after it while
    /// every fallen node says so; refuse it otherwise, and always once withdrawn.
    /// </summary>
    public WhenDown FrontDoor
    {
        get
        {
            if (IsReady) return WhenDown.KeepServing;
            if (Withdrawn is not null) return WhenDown.Refuse;
            return !IsStarted || Culprits.All(node => node.WhenDown != WhenDown.Refuse) ? WhenDown.Hold : WhenDown.Refuse;
        }
    }

    /// <summary>The node of that name, or null.</summary>
    public NodeSnapshot? Find(string name) =>
        Nodes.FirstOrDefault(node => string.Equals(node.Name, name, StringComparison.Ordinal));
}
