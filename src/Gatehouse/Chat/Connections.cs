using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Chat;

/// <summary>
/// All open connections of this instance, and their heartbeat: one timer goes round a wheel of slots, so that ten thousand idle
/// connections cost one timer and are not all woken at once.
/// </summary>
internal sealed class Connections : IDisposable
{
    private const int Slots = 20;

    private readonly HashSet<Connection>[] _slots = [.. Enumerable.Range(0, Slots).Select(_ => new HashSet<Connection>())];   // guarded by itself
    private readonly ThreadFeeds _feeds;
    private readonly ITimer _timer;
    private int _next;
    private CloseReason? _closed;

    public Connections(ThreadFeeds feeds, GatehouseOptions options, TimeProvider clock)
    {
        _feeds = feeds;
        var turn = options.Heartbeat / Slots;
        _timer = clock.CreateTimer(_ => Turn(), null, turn, turn);
    }

    /// <summary>Takes a connection in; one that comes when all have been closed is closed too.</summary>
    public IDisposable Add(Connection connection)
    {
        lock (_slots)
        {
            var slot = _slots.MinBy(candidate => candidate.Count)!;
            slot.Add(connection);
            if (_closed is { } reason) connection.Close(reason);
            return new Entry(this, slot, connection);
        }
    }

    /// <summary>Closes all that are open, and all that still come.</summary>
    public void CloseAll(CloseReason reason)
    {
        lock (_slots)
        {
            _closed = reason;
            foreach (var slot in _slots)
                foreach (var connection in slot) connection.Close(reason);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Turn()
    {
        Connection[] due;
        lock (_slots)
        {
            due = [.. _slots[_next]];
            _next = (_next + 1) % Slots;
        }
        if (_next == 0) _feeds.Compare();
        foreach (var connection in due) connection.Beat();
    }

    private sealed class Entry(Connections connections, HashSet<Connection> slot, Connection connection) : IDisposable
    {
        public void Dispose()
        {
            lock (connections._slots) slot.Remove(connection);
        }
    }
}
