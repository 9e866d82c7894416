namespace Gatehouse.Readiness;

/// <summary>
/// The latest changes of one node, bounded. A change that repeats the one before it is not kept, so that a node which fails
/// the same way for an hour takes one place; the ring thus spans far more than the quarter of an hour that diagnosis asks for.
/// </summary>
internal sealed class NodeHistory
{
    private const int Most = 512;

    private readonly Queue<NodeEvent> _events = new();
    private NodeEvent? _last;

    public void Add(DateTimeOffset at, NodeSnapshot node)
    {
        if (_last is not null && (_last.State, _last.Reason, _last.Signature) == (node.State, node.Reason, node.Signature)) return;
        if (_events.Count == Most) _events.Dequeue();
        _events.Enqueue(_last = new(at, node.State, node.Reason, node.Signature));
    }

    public IReadOnlyList<NodeEvent> Copy() => [.. _events];
}
