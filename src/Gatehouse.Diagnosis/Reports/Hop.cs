namespace Gatehouse.Diagnosis;

/// <summary>What a hop is about.</summary>
public enum HopKind
{
    /// <summary>What was seen: the first hop.</summary>
    Symptom,

    /// <summary>What lies between the client and the process.</summary>
    Platform,

    /// <summary>The process itself.</summary>
    Process,

    /// <summary>The front door.</summary>
    Admission,

    /// <summary>A node of the graph.</summary>
    Node,

    /// <summary>A model's provider.</summary>
    Provider,

    /// <summary>A cause of the catalogue.</summary>
    Cause,

    /// <summary>The property of the system that let it happen: the last hop.</summary>
    System,

    /// <summary>Here the evidence ends.</summary>
    Unknown,
}

/// <summary>One why: a question, its answer, the evidence, and the hops that answer why that is so.</summary>
public sealed record Hop
{
    /// <summary>Unique in its report, and the same in all its forms, such as <c>node:schema</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What it is about.</summary>
    public required HopKind Kind { get; init; }

    /// <summary>The node, provider or layer by name, or the code of the cause; null for the symptom.</summary>
    public string? Name { get; init; }

    /// <summary>The question, such as <c>Why is chat not ready?</c></summary>
    public required string Question { get; init; }

    /// <summary>The answer, one sentence.</summary>
    public required string Answer { get; init; }

    /// <summary>Since when; null if it is not known.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>What the answer rests on.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init => field = value ?? []; } = [];

    /// <summary>The hop that says it all already, where two paths meet; null otherwise. Such a hop has no causes of its own.</summary>
    public string? SameAs { get; init; }

    /// <summary>Why that is so: several where several things had to be, or were.</summary>
    public IReadOnlyList<Hop> Causes { get; init => field = value ?? []; } = [];
}
