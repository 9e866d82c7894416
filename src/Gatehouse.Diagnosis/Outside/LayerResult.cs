namespace Gatehouse.Diagnosis;

/// <summary>How one layer went.</summary>
public enum LayerOutcome
{
    /// <summary>It was not tried: it does not apply, was not asked for, or an earlier one failed.</summary>
    Skipped,

    /// <summary>It did what it should.</summary>
    Passed,

    /// <summary>It did not.</summary>
    Failed,
}

/// <summary>One layer of a probe.</summary>
/// <param name="Duration">How long it took; zero if it was skipped.</param>
public sealed record LayerResult(ProbeLayer Layer, LayerOutcome Outcome, TimeSpan Duration)
{
    /// <summary>What is wrong, in words for an operator and without secrets; why it was skipped; null if nothing is to be said.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The machine-readable kind of the fault, for the catalogue of causes: a socket error's name, <c>timeout</c>, <c>status 503</c>,
    /// <c>accept key</c>, <c>no hello</c>. Null unless it failed.
    /// </summary>
    public string? Signature { get; init; }
}
