using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>What a <see cref="Reader"/> wants done next.</summary>
internal abstract record ReaderStep
{
    /// <summary>Everything has been sent; wait until the feed changes.</summary>
    public sealed record Wait : ReaderStep
    {
        public static readonly Wait Instance = new();
    }

    /// <summary>Send these; the cursor has moved behind them.</summary>
    public sealed record Send(Position After, Position Cursor, IReadOnlyList<LogEntry> Entries) : ReaderStep;

    /// <summary>Read the log after the cursor, and answer with <see cref="Reader.LogRead"/>.</summary>
    public sealed record ReadLog(Position After) : ReaderStep;

    /// <summary>Read a snapshot from the store, and answer with <see cref="Reader.SnapshotRead"/>.</summary>
    public sealed record ReadStore : ReaderStep
    {
        public static readonly ReadStore Instance = new();
    }
}

/// <summary>What a <see cref="Reader"/> makes of a snapshot.</summary>
internal enum SnapshotUse
{
    /// <summary>Send it; the cursor is now the snapshot's position.</summary>
    Send,

    /// <summary>The cursor is the stored position, or the events after it are at hand by now.</summary>
    NotNeeded,

    /// <summary>It lies before the takeover that it has to cover. Read again when the store has moved.</summary>
    TooOld,
}

/// <summary>
/// One follower of one thread: a cursor on the feed, nothing more. Live is replay that has caught up; and there is one way to
/// recover, whatever happened: ring, else log, else snapshot. A pure state machine with one read under way at a time; the
/// caller serialises access.
/// </summary>
internal sealed class Reader(Position? cursor)
{
    private Position? _cursor = cursor;
    private long _asked;                // the feed's version when the read under way was asked for
    private long _missed = -1;          // the feed's version at which the log did not have the cursor
    private long _parked = -1;          // the feed's version at which there was nothing to send
    private long _mustCover;            // a takeover found in the log; 0 for none

    /// <summary>The position up to which the client has been served; null before the first snapshot.</summary>
    public Position? Cursor => _cursor;

    /// <summary>Whether the snapshot that was sent last had to cover a takeover.</summary>
    public bool CoveredRewind { get; private set; }

    public ReaderStep Next(Feed feed)
    {
        if (feed.Version == 0 || feed.Version == _parked) return ReaderStep.Wait.Instance;
        _asked = feed.Version;
        if (_cursor is not { } cursor || _mustCover > 0) return ReaderStep.ReadStore.Instance;
        if (feed.Rewound is { } rewound && rewound.Seq > cursor.Seq)
        {
            _mustCover = rewound.Seq;
            return ReaderStep.ReadStore.Instance;
        }
        if (feed.TryRead(cursor, out var entries))
            return entries.Length == 0 ? ReaderStep.Wait.Instance : SendAll(cursor, entries);
        return _missed == feed.Version ? ReaderStep.ReadStore.Instance : new ReaderStep.ReadLog(cursor);
    }

    /// <summary>The log after the cursor. Null if there is nothing to send; <see cref="Next"/> knows more.</summary>
    public ReaderStep.Send? LogRead(LogSlice slice)
    {
        if (!slice.Found || slice.After != _cursor)
        {
            _missed = _asked;
            return null;
        }
        if (slice.Entries.Count == 0)
        {
            _parked = _asked;               // at the log's head, which the feed is about to reach
            return null;
        }
        var rewound = slice.Entries.LastOrDefault(entry => entry.Rewound);
        if (!rewound.Rewound) return SendAll(slice.After, slice.Entries);
        _mustCover = rewound.Position.Seq;
        return null;
    }

    /// <summary>The store's snapshot has been read at <paramref name="position"/>.</summary>
    public SnapshotUse SnapshotRead(Position position, Feed feed)
    {
        var mustCover = _mustCover;
        _mustCover = 0;                     // looked for afresh: that takeover may itself have been lost
        if (position.Seq < mustCover) return SnapshotUse.TooOld;
        if (position == _cursor)
        {
            _parked = _asked;
            return SnapshotUse.NotNeeded;
        }
        // The log of a new thread may have begun while the store was read: the events themselves are better than what stands for them.
        if (mustCover == 0 && _cursor is { } cursor && feed.Holds(cursor)) return SnapshotUse.NotNeeded;
        _cursor = position;
        _missed = -1;
        CoveredRewind = mustCover > 0;
        return SnapshotUse.Send;
    }

    private ReaderStep.Send SendAll(Position after, IReadOnlyList<LogEntry> entries)
    {
        var end = entries[^1].Position;
        _cursor = end;
        return new(after, end, entries);
    }
}
