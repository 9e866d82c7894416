namespace Gatehouse.Diagnosis;

/// <summary>Who is hit. What is not known is null or empty.</summary>
public sealed record BlastRadius
{
    /// <summary>The nodes that are not up because of a root, the roots' own included.</summary>
    public IReadOnlyList<string> Nodes { get; init => field = value ?? []; } = [];

    /// <summary>The nodes that depend on a root and are up still.</summary>
    public IReadOnlyList<string> AtRisk { get; init => field = value ?? []; } = [];

    /// <summary>Whether new connections are let in.</summary>
    public bool? TakesNewConnections { get; init; }

    /// <summary>Upgrades that were refused for a reason that a root explains.</summary>
    public long? Refused { get; init; }

    /// <summary>Upgrades that wait.</summary>
    public long? Held { get; init; }

    /// <summary>Connections that are open still.</summary>
    public long? Open { get; init; }

    /// <summary>From the onset to the case.</summary>
    public TimeSpan? Lasts { get; init; }
}

/// <summary>Something that happened.</summary>
/// <param name="At">When.</param>
/// <param name="Source">Who says so.</param>
/// <param name="Text">What.</param>
public sealed record Happening(DateTimeOffset At, EvidenceSource Source, string Text)
{
    /// <summary>The node it is about; null where it is about none.</summary>
    public string? About { get; init; }

    /// <summary>Whether it is the beginning of a root.</summary>
    public bool IsRoot { get; init; }
}

/// <summary>How long the cause was there before anybody could see it.</summary>
/// <param name="Text">What should have seen it, or why it took so long; one sentence.</param>
public sealed record DetectionGap(string Text)
{
    /// <summary>From the beginning of the first root to the symptom; null if it is not known.</summary>
    public TimeSpan? Lasted { get; init; }
}
