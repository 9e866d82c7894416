namespace Gatehouse.Diagnosis;

/// <summary>Where evidence comes from.</summary>
public enum EvidenceSource
{
    /// <summary>A node's state now.</summary>
    Node,

    /// <summary>A node's history.</summary>
    History,

    /// <summary>The front door's decisions.</summary>
    Admission,

    /// <summary>The process.</summary>
    Process,

    /// <summary>The calls to a model's provider.</summary>
    Provider,

    /// <summary>The probe from outside.</summary>
    Outside,

    /// <summary>The platform.</summary>
    Platform,

    /// <summary>A deployment, a migration, a start or a drain.</summary>
    Mark,

    /// <summary>The second look.</summary>
    Recheck,

    /// <summary>Whoever saw the symptom.</summary>
    Report,
}

/// <summary>One fact.</summary>
/// <param name="Source">Where it comes from.</param>
/// <param name="Text">The fact, in words.</param>
public sealed record Evidence(EvidenceSource Source, string Text)
{
    /// <summary>The node or provider it is about; null where it is about none.</summary>
    public string? About { get; init; }

    /// <summary>When; null if it is not known.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>The machine-readable kind of the fault; null where there is none.</summary>
    public string? Signature { get; init; }
}
