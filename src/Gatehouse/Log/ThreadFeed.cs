using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>
/// A thread's <see cref="Log.Feed"/> and its followers. Extended by what the log publishes; when a batch does not chain, or one may
/// be missing, the log is read, one read at a time.
/// </summary>
internal sealed class ThreadFeed(string threadId, IConversationLog log, Feed feed, TimeProvider clock, Action<string, Exception> readFailed) : IDisposable
{
    private const int ReadLimit = 512;

    private readonly Lock _gate = new();            // guards all below
    private readonly List<FeedFollower> _followers = [];
    private readonly CancellationTokenSource _disposed = new();
    private TaskCompletionSource _loaded = NotLoaded();
    private IDisposable? _publications;
    private bool _reading;
    private bool _readAgain;
    private EventsFrame? _lastFrame;
    private long? _publishedAt;

    public string ThreadId => threadId;

    /// <summary>Completes when the log has been looked at; fails if it cannot be. Asked for again after that, it is tried again.</summary>
    public Task LoadedAsync()
    {
        Task loaded;
        lock (_gate)
        {
            if (!_loaded.Task.IsFaulted) return _loaded.Task;
            loaded = (_loaded = NotLoaded()).Task;
        }
        Refresh();
        return loaded;
    }

    public void Start()
    {
        _publications = log.Follow(threadId, OnPublished, missed: Refresh);
        Refresh();
    }

    public FeedFollower Add(FeedFollower follower)
    {
        lock (_gate) _followers.Add(follower);
        return follower;
    }

    /// <returns>Whether nobody follows any more.</returns>
    public bool Remove(FeedFollower follower)
    {
        lock (_gate)
        {
            _followers.Remove(follower);
            return _followers.Count == 0;
        }
    }

    /// <summary>What <paramref name="reader"/> wants next.</summary>
    public ReaderStep Next(Reader reader)
    {
        lock (_gate) return reader.Next(feed);
    }

    /// <summary>What <paramref name="reader"/> makes of a snapshot at <paramref name="position"/>.</summary>
    public SnapshotUse SnapshotRead(Reader reader, Position position)
    {
        lock (_gate) return reader.SnapshotRead(position, feed);
    }

    /// <summary>
    /// The frame that carries these events. Followers at the same cursor, which is most of them most of the time, share it.
    /// </summary>
    public EventsFrame Frame(ReaderStep.Send send)
    {
        if (_lastFrame is { } last && last.After == send.After && last.Cursor == send.Cursor) return last;
        return _lastFrame = EventsFrame.Build(threadId, send, _publishedAt);
    }

    /// <summary>Reads the log after the head, as when a publication is missing.</summary>
    public void Refresh()
    {
        lock (_gate)
        {
            _readAgain = _reading;
            if (_reading) return;
            _reading = true;
        }
        _ = ReadAsync();
    }

    public void Dispose()
    {
        _disposed.Cancel();
        _publications?.Dispose();
        _disposed.Dispose();
    }

    private static TaskCompletionSource NotLoaded() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnPublished(Position after, IReadOnlyList<LogEntry> entries)
    {
        bool chained;
        lock (_gate)
        {
            chained = feed.Extend(after, entries);
            _publishedAt = clock.GetTimestamp();
        }
        if (chained) Notify();
        else Refresh();
    }

    private async Task ReadAsync()
    {
        try
        {
            var token = _disposed.Token;
            for (var more = true; more;)
            {
                Position head;
                lock (_gate) head = feed.Head;
                var slice = await log.ReadAsync(threadId, head, ReadLimit, token);
                lock (_gate)
                {
                    feed.Load(slice);
                    more = _readAgain || slice.Found && slice.Entries.Count == ReadLimit;
                    _readAgain = false;
                    _reading = more;
                    _loaded.TrySetResult();
                }
                Notify();
            }
        }
        catch (Exception exception)
        {
            lock (_gate)
            {
                _reading = _readAgain = false;
                if (_loaded.TrySetException(exception)) _ = _loaded.Task.Exception;     // perhaps nobody waits for it
            }
            if (!_disposed.IsCancellationRequested) readFailed(threadId, exception);
        }
    }

    private void Notify()
    {
        lock (_gate)
            foreach (var follower in _followers) follower.Changed();
    }
}
