namespace Gatehouse.Readiness;

/// <summary>
/// Undoes what the checks of a node have done: leaves a group, gives back a lease, closes what was opened. It runs at most
/// once, when the host has stopped, on the thread pool and in a service scope of its own; only if a check of the node had begun,
/// after that check has ended or was left behind, and after every node that comes after this one has been stopped. The token is cancelled
/// at <see cref="NodePolicy.StopTimeout"/>; a stop that ignores it is left behind. An exception is logged and holds up nobody.
/// </summary>
/// <param name="node">Which node is stopped, with which services, and (<see cref="NodeContext.IsMonitoring"/>) whether it had ever been ready.</param>
/// <param name="cancellationToken">Cancelled at the node's stop timeout, and when the host's own shutdown time is used up.</param>
public delegate Task NodeStop(NodeContext node, CancellationToken cancellationToken);
