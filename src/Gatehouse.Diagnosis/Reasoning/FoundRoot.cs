namespace Gatehouse.Diagnosis;

/// <summary>A root that is found, before it knows its path.</summary>
internal sealed record FoundRoot(Cause Cause, string? Node, DateTimeOffset? Since, DateTimeOffset? Until, IReadOnlyList<Weight> Weights, string HopId)
{
    private const int ConfirmedFrom = 80;
    private const int LikelyFrom = 55;

    public int Points => Weights.Sum(static weight => weight.Points);

    public Verdict Verdict => Points >= ConfirmedFrom ? Verdict.Confirmed : Points >= LikelyFrom ? Verdict.Likely : Verdict.InsufficientEvidence;
}
