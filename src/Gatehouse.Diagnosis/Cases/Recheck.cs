namespace Gatehouse.Diagnosis;

/// <summary>What a second look at a node came to.</summary>
/// <param name="Node">The node.</param>
/// <param name="At">When it was looked at.</param>
/// <param name="Outcome">What was seen.</param>
/// <param name="Reason">What is wrong, in words; null when nothing is.</param>
/// <param name="Signature">The machine-readable kind of the fault; null when there is none.</param>
public sealed record Recheck(string Node, DateTimeOffset At, RecheckOutcome Outcome, string? Reason = null, string? Signature = null);

/// <summary>What a second look came to.</summary>
public enum RecheckOutcome
{
    /// <summary>There was no answer in time, or nobody to ask. It is not asked for again.</summary>
    NoAnswer,

    /// <summary>The node does its job.</summary>
    Up,

    /// <summary>It does not.</summary>
    Down,
}
