namespace Gatehouse.Operations;

/// <summary>The readiness verdict and the nodes behind it.</summary>
internal sealed record NodeFacts(bool Ready, IReadOnlyList<NodeFact> Nodes);

/// <summary>One node now.</summary>
/// <param name="State">Waiting, checking, stabilising, ready, degraded, failed or unknown.</param>
/// <param name="SinceSeconds">How long it has been in this state.</param>
/// <param name="WaitingOn">The nodes that it waits for, if it waits.</param>
/// <param name="Failures">Failed attempts in a row.</param>
/// <param name="Reason">The public text of the last failure; null if there is none.</param>
internal sealed record NodeFact(
    string Name, string State, double SinceSeconds, IReadOnlyList<string> WaitingOn, int Failures = 0, string? Reason = null);
