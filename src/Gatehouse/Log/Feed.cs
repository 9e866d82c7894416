using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>
/// A node's copy of the tail of one thread's log, shared by all who follow the thread here: a bounded ring, extended strictly
/// along the chain. A pure state machine; the caller serialises access.
/// </summary>
internal sealed class Feed(int maxEntries, int maxBytes)
{
    private readonly List<LogEntry> _ring = [];
    private long _bytes;
    private bool _onChain;      // false while there is no log: then base and head mean nothing

    /// <summary>The position before the oldest entry of the ring.</summary>
    public Position Base { get; private set; }

    /// <summary>The position of the newest entry.</summary>
    public Position Head { get; private set; }

    /// <summary>Grows with every change. 0 until the log has been looked at for the first time.</summary>
    public long Version { get; private set; }

    /// <summary>The newest takeover on the ring. A cursor before it is served a snapshot that lies at or behind it.</summary>
    public Position? Rewound { get; private set; }

    /// <summary>Takes in a published batch.</summary>
    /// <returns>False if it does not chain to the head: something was missed, and the log must be read.</returns>
    public bool Extend(Position after, IReadOnlyList<LogEntry> entries)
    {
        if (Version == 0) return false;
        if (!_onChain) Restart(after);
        else if (entries[^1].Position == Head) return true;
        else if (after != Head) return false;
        Add(entries);
        return true;
    }

    /// <summary>Takes in what a read of the log after <see cref="Head"/> gave.</summary>
    public void Load(LogSlice slice)
    {
        if (slice.Found && slice.After != Head) return;     // the head moved while the log was read
        if (!slice.Found || !_onChain) Restart(slice.After);
        _onChain = !ReferenceEquals(slice, LogSlice.None);
        if (slice.Entries.Count > 0 || !slice.Found || Version == 0) Add(slice.Entries);    // a log that has begun and is empty is one, too
    }

    /// <summary>Whether <paramref name="cursor"/> is on the ring, and if so the entries after it.</summary>
    public bool TryRead(Position cursor, [NotNullWhen(true)] out LogEntry[]? after)
    {
        var skip = IndexAfter(cursor);
        after = skip < 0 ? null : CollectionsMarshal.AsSpan(_ring)[skip..].ToArray();
        return after is not null;
    }

    /// <summary>Whether <paramref name="cursor"/> is on the ring.</summary>
    public bool Holds(Position cursor) => IndexAfter(cursor) >= 0;

    private int IndexAfter(Position cursor)
    {
        if (!_onChain) return -1;
        if (cursor == Head) return _ring.Count;
        var skip = cursor.Seq - Base.Seq;
        return skip >= 0 && skip < _ring.Count && cursor == (skip == 0 ? Base : _ring[(int)skip - 1].Position) ? (int)skip : -1;
    }

    private void Restart(Position at)
    {
        _ring.Clear();
        _bytes = 0;
        Rewound = null;
        Base = Head = at;
        _onChain = true;
    }

    private void Add(IReadOnlyList<LogEntry> entries)
    {
        foreach (var entry in entries)
        {
            _ring.Add(entry);
            _bytes += entry.Utf8.Length;
            Head = entry.Position;
            if (entry.Rewound) Rewound = entry.Position;
        }
        if (_ring.Count > maxEntries + maxEntries / 2 || _bytes > maxBytes) Trim();
        Version++;
    }

    // Down to its size at once, so that the cost of closing the gap is paid once per many batches.
    private void Trim()
    {
        var gone = 0;
        while (gone < _ring.Count - 1 && (_ring.Count - gone > maxEntries || _bytes > maxBytes)) _bytes -= _ring[gone++].Utf8.Length;
        if (gone == 0) return;
        Base = _ring[gone - 1].Position;
        if (Rewound is { } rewound && rewound.Seq <= Base.Seq) Rewound = null;
        _ring.RemoveRange(0, gone);
    }
}
