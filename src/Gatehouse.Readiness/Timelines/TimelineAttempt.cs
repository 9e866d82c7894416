namespace Gatehouse.Readiness;

/// <summary>One check before its node was first ready.</summary>
/// <param name="Start">When it began, from the start of the graph.</param>
/// <param name="End">When it ended or was given up.</param>
/// <param name="Status">What it found.</param>
/// <param name="Reason">What was wrong; null when nothing was.</param>
public sealed record TimelineAttempt(TimeSpan Start, TimeSpan End, CheckStatus Status, string? Reason);
