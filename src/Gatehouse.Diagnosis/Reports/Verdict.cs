namespace Gatehouse.Diagnosis;

/// <summary>How sure an explanation is.</summary>
public enum Verdict
{
    /// <summary>Nothing is wrong that anybody would notice.</summary>
    Healthy,

    /// <summary>A signature of the catalogue, on an unbroken path, at the right time.</summary>
    Confirmed,

    /// <summary>The path is whole, but its end is known only by its looks.</summary>
    Likely,

    /// <summary>Something is wrong and the evidence does not reach a cause. Better than a guess.</summary>
    InsufficientEvidence,
}
