namespace Gatehouse.Readiness;

/// <summary>
/// One check of one node. It runs on the thread pool, in a service scope of its own, never twice at once unless an earlier
/// run was abandoned. The token is cancelled when the node's timeout has passed or the process stops; a check that
/// ignores it is left behind and counted. An exception is the node's failure, shown as its type and message.
/// </summary>
/// <param name="node">Which node is checked, when, and with which services.</param>
/// <param name="cancellationToken">Cancelled at the node's timeout and on stop.</param>
public delegate Task<CheckResult> NodeCheck(NodeContext node, CancellationToken cancellationToken);
