namespace Gatehouse.CloudRun.Rollout;

/// <summary>Something that a candidate did not keep.</summary>
/// <param name="Measure">For programs: <c>upgrade_success</c>, <c>start_up</c>, <c>revision</c>, <c>first_event</c> …</param>
/// <param name="Limit">What was to be kept.</param>
/// <param name="Actual">What was seen.</param>
/// <param name="Detail">The first evidence of it.</param>
public sealed record Breach(RolloutStep Step, string Measure, string Limit, string Actual, string? Detail = null)
{
    public override string ToString() => $"{Measure}: {Actual}, expected {Limit}{(Detail is null ? "" : $" ({Detail})")}";
}
