using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Protocol;
using Gatehouse.Store;

namespace Gatehouse.Chat;

/// <summary>What a subscription has to send.</summary>
internal abstract record Delivery
{
    public sealed record Events(EventsFrame Frame) : Delivery;

    public sealed record Snapshot(IReadOnlyList<byte[]> Pages, SnapshotReason Reason) : Delivery;
}

/// <summary>One connection's reading of one thread: a <see cref="Reader"/>, the node's feed, and the reads that the reader asks for.</summary>
/// <remarks>Used by one task at a time: first whoever opens it; once it is live, the connection's writer.</remarks>
internal sealed class Subscription : IDisposable
{
    private const int ReadLimit = 512;

    private readonly IConversationLog _log;
    private readonly IStore _store;
    private readonly Reader _reader;
    private readonly FeedFollower _follower;
    private volatile bool _closed;

    public Subscription(string threadId, Position? cursor, ThreadFeeds feeds, IConversationLog log, IStore store, Action<Subscription> changed)
    {
        ThreadId = threadId;
        _log = log;
        _store = store;
        _reader = new(cursor);
        _follower = feeds.Follow(threadId, () => changed(this));
    }

    public string ThreadId { get; }

    /// <summary>The position up to which the client has been served.</summary>
    public Position? Cursor => _reader.Cursor;

    /// <summary>Whether it has been replaced or ended; then nothing of it is sent any more.</summary>
    public bool Closed => _closed;

    /// <summary>Whether it has been opened, and belongs to the connection's writer.</summary>
    public bool Live { get; set; }

    /// <summary>The writer's: it is in the list of those that may have something to send.</summary>
    public bool Queued { get; set; }

    /// <summary>Set when the last attempt has to be repeated a little later although the feed does not change.</summary>
    public bool Again { get; private set; }

    /// <summary>Whether nothing is left to send.</summary>
    public bool CaughtUp { get; private set; }

    /// <summary>Finds out from where it can be served; completes when <see cref="NextAsync"/> has an answer.</summary>
    public Task LoadAsync(CancellationToken cancellationToken) => _follower.Feed.LoadedAsync().WaitAsync(cancellationToken);

    /// <summary>What is to be sent next; null if there is nothing until the feed changes, or <see cref="Again"/> is set.</summary>
    /// <exception cref="KeyNotFoundException">There is no such thread.</exception>
    public async ValueTask<Delivery?> NextAsync(CancellationToken cancellationToken)
    {
        Again = CaughtUp = false;
        while (!_closed)
            switch (_follower.Feed.Next(_reader))
            {
                case ReaderStep.Send send:
                    return new Delivery.Events(_follower.Feed.Frame(send));
                case ReaderStep.ReadLog read:
                    var slice = await _log.ReadAsync(ThreadId, read.After, ReadLimit, cancellationToken);
                    if (_reader.LogRead(slice) is { } found) return new Delivery.Events(EventsFrame.Build(ThreadId, found));
                    break;
                case ReaderStep.ReadStore:
                    if (await ReadStoreAsync(cancellationToken) is { } snapshot) return snapshot;
                    if (Again) return null;
                    break;
                default:
                    CaughtUp = true;
                    return null;
            }
        return null;
    }

    public void Dispose()
    {
        _closed = true;
        _follower.Dispose();
    }

    private async ValueTask<Delivery.Snapshot?> ReadStoreAsync(CancellationToken cancellationToken)
    {
        var hadCursor = _reader.Cursor is not null;
        var snapshot = await _store.SnapshotAsync(ThreadId, cancellationToken) ?? throw new KeyNotFoundException(ThreadId);
        switch (_follower.Feed.SnapshotRead(_reader, snapshot.Position))
        {
            case SnapshotUse.Send:
                var reason = !hadCursor ? SnapshotReason.NoCursor : _reader.CoveredRewind ? SnapshotReason.Rewound : SnapshotReason.NotInLog;
                return new(SnapshotPages.Build(ThreadId, snapshot), reason);
            case SnapshotUse.TooOld: Again = true; break;
        }
        return null;
    }
}
