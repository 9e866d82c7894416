using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Tests.Simulation;

/// <summary>
/// A client and its subscription on a node: the real <see cref="Reader"/> on the node's feed, frames that travel in order, and
/// the client's one rule, <c>after == cursor</c>.
/// </summary>
internal sealed class SimClient(World world, string name)
{
    private readonly Queue<(Position? After, Position Cursor, IReadOnlyList<LogEntry> Entries, ThreadSnapshot? Snapshot)> _frames = [];
    private Reader? _reader;
    private SimNode? _node;
    private bool _reading;
    private bool _again;        // a read has to be repeated a little later
    private int _link;
    private Position? _cursor;

    public SimReplica Replica { get; } = new();

    public Position? Cursor => _cursor;

    public bool Connected => _node is not null;

    public bool HasFrame => _frames.Count > 0;

    /// <summary>Whether it repeats a read when time has passed.</summary>
    public bool Waits => Connected && _again;

    public bool IsOn(SimNode node) => _node == node;

    public void Connect(SimNode node)
    {
        _node = node;
        _reader = new(_cursor);
        _reading = _again = false;
        _link++;
        Serve();
    }

    public void Drop()
    {
        _node = null;
        _frames.Clear();
        _link++;
    }

    public void Retry()
    {
        _again = false;
        Serve();
    }

    /// <summary>The server's end: whatever the reader can send now, it sends.</summary>
    public void Serve()
    {
        while (_node is { } node && !_reading && !_again)
            switch (_reader!.Next(node.Feed))
            {
                case ReaderStep.Send send: _frames.Enqueue((send.After, send.Cursor, send.Entries, null)); break;
                case ReaderStep.ReadLog read: Read("reads the log", () => world.ReadLog(read.After), OnLog); return;
                case ReaderStep.ReadStore: Read("reads the store", () => world.Backend.Snapshot(), OnStore); return;
                default: return;
            }
    }

    /// <summary>The client's end: takes the next frame.</summary>
    public void Receive()
    {
        var (after, cursor, entries, snapshot) = _frames.Dequeue();
        if (snapshot is not null) Replica.Load(snapshot);
        else if (after == _cursor)
            foreach (var entry in entries) Replica.Apply(entry);
        else throw new ViolationException($"{name} stands at {_cursor} and is sent what follows {after}");
        _cursor = cursor;
        world.Checks.ClientMoved(name, Replica, cursor);
    }

    private void Read<T>(string what, Func<T> execute, Action<T> answered)
    {
        var link = _link;
        _reading = true;
        world.Send(new SimCall<T>($"{name} {what}", execute, answer =>
        {
            if (link != _link) return;
            _reading = false;
            if (answer is not null) answered(answer);
            Serve();
        }));
    }

    private void OnLog(LogSlice slice)
    {
        if (_reader!.LogRead(slice) is { } send) _frames.Enqueue((send.After, send.Cursor, send.Entries, null));
    }

    private void OnStore(ThreadSnapshot? snapshot)
    {
        var use = snapshot is null ? SnapshotUse.NotNeeded : _reader!.SnapshotRead(snapshot.Position, _node!.Feed);
        if (use is SnapshotUse.Send) _frames.Enqueue((null, snapshot!.Position, [], snapshot));
        _again = use is SnapshotUse.TooOld;
    }

    public override string ToString() => name;
}
