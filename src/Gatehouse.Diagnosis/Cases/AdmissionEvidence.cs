namespace Gatehouse.Diagnosis;

/// <summary>What the front door does with newcomers.</summary>
public enum Door
{
    /// <summary>It lets them in.</summary>
    Open,

    /// <summary>It has them wait.</summary>
    Holding,

    /// <summary>It sends them away.</summary>
    Closed,
}

/// <summary>What the front door decided, how often.</summary>
/// <param name="Outcome"><c>accepted</c>, <c>refused</c>, <c>held</c> or <c>gone</c>.</param>
/// <param name="Reason">Why, in the words of the handshake metric: <c>not_ready</c>, <c>draining</c>, <c>too_many_connections</c> …; null where none is needed.</param>
/// <param name="Node">The node that was the reason; null where none was.</param>
/// <param name="Count">How often.</param>
public sealed record AdmissionDecisions(string Outcome, string? Reason, string? Node, long Count)
{
    /// <summary>The first of them; null if it is not known.</summary>
    public DateTimeOffset? First { get; init; }

    /// <summary>The latest of them; null if it is not known.</summary>
    public DateTimeOffset? Last { get; init; }
}

/// <summary>What the front door did with newcomers.</summary>
public sealed record AdmissionEvidence
{
    /// <summary>What it does now; null if it is not known.</summary>
    public Door? Door { get; init; }

    /// <summary>Since when; null if it is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What it decided, by outcome, reason and node.</summary>
    public IReadOnlyList<AdmissionDecisions> Decisions { get; init => field = value ?? []; } = [];

    /// <summary>Upgrades that wait now.</summary>
    public long Held { get; init; }

    /// <summary>The most that may wait; null: not known.</summary>
    public long? MostHeld { get; init; }

    /// <summary>Connections that are open now.</summary>
    public long Open { get; init; }

    /// <summary>The most that may be open; null: no limit, or not known.</summary>
    public long? MostOpen { get; init; }

    /// <summary>True while the instance drains.</summary>
    public bool IsDraining { get; init; }
}
