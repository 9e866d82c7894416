using System.Runtime.InteropServices;
using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>
/// The recent events of one thread as a chain, and the two operations on it. A pure state machine: no clock, no lock, no I/O.
/// The same rules stand in the Lua scripts of a shared log; the simulation proves them here.
/// </summary>
/// <remarks>
/// Order, idempotence after a lost answer, fencing of a paused owner and proof against a log that went back in time all
/// follow from one comparison: the caller's head with the log's. <c>seq</c> and digest carry on over everything and never restart.
/// </remarks>
internal sealed class ThreadLog(int window)
{
    private readonly List<LogEntry> _entries = [];
    private long _generation;
    private Position _base;     // the position before _entries[0]

    public Position Head => _entries.Count > 0 ? _entries[^1].Position : _base;

    /// <summary>
    /// A new owner takes the log. If it holds <paramref name="position"/> (it may be ahead) it is kept, else it is replaced
    /// and starts there.
    /// </summary>
    public LogAnswer Begin(long generation, Position position)
    {
        if (_generation > generation) return new(LogVerdict.Fenced, Head);
        _generation = generation;
        if (IndexAfter(position) < 0)
        {
            _entries.Clear();
            _base = position;
        }
        return new(LogVerdict.Done, Head);
    }

    /// <summary>
    /// Adds entries that follow <paramref name="expected"/>. If they are there already, it had happened and succeeds.
    /// Whatever is older than the window goes, but nothing after <paramref name="checkpoint"/>.
    /// </summary>
    public LogAnswer Append(long generation, Position expected, ReadOnlySpan<LogEntry> entries, Position checkpoint)
    {
        if (_generation > generation) return new(LogVerdict.Fenced, Head);
        if (_generation < generation) return new(LogVerdict.Diverged, Head);
        if (Head != entries[^1].Position)
        {
            if (Head != expected) return new(LogVerdict.Diverged, Head);
            _entries.AddRange(entries);
            Trim(checkpoint);
        }
        return new(LogVerdict.Done, Head);
    }

    /// <summary>The entries after <paramref name="after"/>, or, if it is not on the chain, the newest ones; at most <paramref name="limit"/>.</summary>
    public LogSlice Read(Position after, int limit)
    {
        var from = IndexAfter(after);
        var found = from >= 0;
        if (!found) from = Math.Max(0, _entries.Count - limit);
        var count = Math.Min(limit, _entries.Count - from);
        var before = found ? after : from == 0 ? _base : _entries[from - 1].Position;
        return new(found, before, CollectionsMarshal.AsSpan(_entries).Slice(from, count).ToArray());
    }

    /// <summary>A copy; what a dump of the log holds.</summary>
    public ThreadLog Copy()
    {
        var copy = new ThreadLog(window) { _generation = _generation, _base = _base };
        copy._entries.AddRange(_entries);
        return copy;
    }

    private int IndexAfter(Position position)
    {
        if (position == _base) return 0;
        var index = position.Seq - _base.Seq;
        return index > 0 && index <= _entries.Count && _entries[(int)index - 1].Position == position ? (int)index : -1;
    }

    // Half a window goes at a time, so that the cost of closing the gap is paid once per many appends.
    private void Trim(Position checkpoint)
    {
        if (_entries.Count <= window + window / 2) return;
        var excess = (int)Math.Min(_entries.Count - window, checkpoint.Seq - _base.Seq);
        if (excess <= 0) return;
        _base = _entries[excess - 1].Position;
        _entries.RemoveRange(0, excess);
    }
}
