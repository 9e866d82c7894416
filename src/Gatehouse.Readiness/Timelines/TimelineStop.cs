namespace Gatehouse.Readiness;

/// <summary>How a node was stopped.</summary>
/// <param name="Start">When its stop began, from the start of the graph.</param>
/// <param name="End">When it ended or was given up.</param>
/// <param name="Fault">What went wrong; null when nothing did.</param>
public sealed record TimelineStop(TimeSpan Start, TimeSpan End, string? Fault);
