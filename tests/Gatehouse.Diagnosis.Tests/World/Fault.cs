namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>When a fault strikes.</summary>
public enum Moment
{
    BeforeStart,
    DuringStart,
    Steady,
}

/// <summary>What is done to the evidence.</summary>
public enum Quality
{
    Full,
    OneProbeMissing,
    OneProbeStale,
    ClockSkew,
    NoisyNeighbour,
    RootRecovered,
}

/// <summary>How a faulty node behaves.</summary>
public enum Manner
{
    /// <summary>Its check fails with the signature.</summary>
    Fails,

    /// <summary>Its check throws; its monitor is restarted with a growing delay.</summary>
    Throws,

    /// <summary>Its check does not end.</summary>
    Hangs,

    /// <summary>It gets slower and slower, and times out in the end.</summary>
    Slows,

    /// <summary>Its connection is cut every few seconds.</summary>
    Flaps,

    /// <summary>The same, and its peer restarts each time.</summary>
    Restarts,

    /// <summary>Its monitor says nothing any more; the dependency is well.</summary>
    FallsSilent,
}

/// <summary>One kind of fault of the world: what it is called, where it strikes, and what is seen of it. Knows nothing of the engine.</summary>
/// <param name="Code">The name of the cause that has to be found.</param>
/// <param name="Home">The role of the node that it strikes; null: it strikes no node.</param>
public sealed record Fault(string Code, string? Home)
{
    public string? Signature { get; init; }

    public string Reason { get; init; } = "it does not work";

    public Manner Manner { get; init; } = Manner.Fails;

    /// <summary>Waiting cannot mend it.</summary>
    public bool IsFatal { get; init; }

    /// <summary>What the nodes after it show, where their connection is the same; null: what the faulty node shows.</summary>
    public string? Lent { get; init; }

    public IReadOnlyList<Moment> Moments { get; init; } = Enum.GetValues<Moment>();

    /// <summary>What else is there to be seen: marks, process, platform, the probe from outside.</summary>
    public Func<Case, Struck, Case> Besides { get; init; } = static (seen, _) => seen;

    /// <summary>The part at which it strikes, where it is no node: the first hop below the symptom.</summary>
    public string? Part { get; init; }

    /// <summary>Whether nodes fail over it, with which signature; for faults of no node.</summary>
    public string? Strikes { get; init; }

    /// <summary>Whether it can be one of two: its harm is seen at the same symptom as others'.</summary>
    public bool Pairs { get; init; } = true;

    /// <summary>The name in the table, where two faults have one code.</summary>
    public string Name { get; init; } = "";

    public string Title => Name.Length > 0 ? $"{Code} ({Name})" : Code;
}

/// <summary>A fault that has struck.</summary>
public sealed record Struck(Fault Fault, string? Node, double From, double Until, Moment Moment)
{
    public bool IsActive(double at) => at >= From && at < Until;
}
