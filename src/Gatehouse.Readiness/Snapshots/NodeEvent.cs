namespace Gatehouse.Readiness;

/// <summary>One change in the life of a node.</summary>
/// <param name="At">When, by the wall clock.</param>
/// <param name="State">Where the node stood afterwards.</param>
/// <param name="Reason">Why; null when nothing was wrong.</param>
/// <param name="Signature">The machine-readable kind of the fault; null when there was none.</param>
public sealed record NodeEvent(DateTimeOffset At, NodeState State, string? Reason, string? Signature);
