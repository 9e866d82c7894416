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
    private int _count;
    private GoAway? _leaving;
    private CloseReason? _closed;
    private TaskCompletionSource? _empty;

    public Connections(ThreadFeeds feeds, GatehouseOptions options, TimeProvider clock)
    {
        _feeds = feeds;
        var turn = options.Heartbeat / Slots;
        _timer = clock.CreateTimer(_ => Turn(), null, turn, turn);
    }

    /// <summary>Open connections.</summary>
    public int Count
    {
        get { lock (_slots) return _count; }
    }

    /// <summary>Takes a connection in; one that comes when all have been sent away or closed is told the same.</summary>
    public IDisposable Add(Connection connection)
    {
        lock (_slots)
        {
            var slot = _slots.MinBy(candidate => candidate.Count)!;
            slot.Add(connection);
            _count++;
            if (_closed is { } reason) connection.Close(reason);
            else if (_leaving is { } goAway) connection.SendAway(goAway);
            return new Entry(this, slot, connection);
        }
    }

    /// <summary>Tells all that are open, and all that still come, to move to another instance.</summary>
    /// <returns>Those that are open, for <paramref name="goAway"/> to be sent to at the caller's pace.</returns>
    public IReadOnlyList<Connection> Leave(GoAway goAway)
    {
        lock (_slots)
        {
            _leaving = goAway;
            return [.. _slots.SelectMany(slot => slot)];
        }
    }

    /// <summary>Completes when none is open.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_slots)
            return _count == 0 ? Task.CompletedTask : (_empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
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
            lock (connections._slots)
            {
                if (!slot.Remove(connection) || --connections._count > 0) return;
                connections._empty?.TrySetResult();
                connections._empty = null;
            }
        }
    }
}
