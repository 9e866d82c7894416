namespace Gatehouse.Cli.Probe;

/// <summary>Whether a run keeps one of its thresholds.</summary>
/// <param name="Rule">The threshold, as it is written on the command line.</param>
/// <param name="Actual">What was measured, in words.</param>
internal sealed record Judgement(string Rule, string Actual, bool IsKept);
