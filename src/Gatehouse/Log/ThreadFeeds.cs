using Gatehouse.Operations;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Log;

/// <summary>The feeds of this node: one per thread that somebody here follows, gone with its last follower.</summary>
internal sealed partial class ThreadFeeds(IConversationLog log, GatehouseOptions options, TimeProvider clock, ILogger<ThreadFeeds> logger)
{
    private readonly Dictionary<string, ThreadFeed> _feeds = new(StringComparer.Ordinal);   // guarded by itself

    /// <summary>Begins to follow a thread. <paramref name="changed"/> is called, quickly and from anywhere, when there may be more to read.</summary>
    public FeedFollower Follow(string threadId, Action changed)
    {
        lock (_feeds)
        {
            if (!_feeds.TryGetValue(threadId, out var feed))
            {
                _feeds[threadId] = feed = new(threadId, log, new(options.FeedEvents, options.FeedBytes), clock, ReadFailed);
                feed.Start();
            }
            return feed.Add(new(feed, changed, this));
        }
    }

    /// <summary>Compares every feed with its log, so that a batch lost on the way is noticed.</summary>
    public void Compare()
    {
        ThreadFeed[] feeds;
        lock (_feeds) feeds = [.. _feeds.Values];
        foreach (var feed in feeds) feed.Refresh();
    }

    internal void Unfollow(FeedFollower follower)
    {
        lock (_feeds)
        {
            if (!follower.Feed.Remove(follower)) return;
            _feeds.Remove(follower.Feed.ThreadId);
        }
        follower.Feed.Dispose();
    }

    private void ReadFailed(string threadId, Exception exception) => LogReadFailed(threadId, exception.Message, exception.Detail());

    [LoggerMessage(1201, LogLevel.Warning, "Reading the log of thread {ThreadId} failed; it is tried again with the next heartbeat: {Why}")]
    private partial void LogReadFailed(string threadId, string why, Exception? exception);
}

/// <summary>One follower of a thread's feed.</summary>
internal sealed class FeedFollower(ThreadFeed feed, Action changed, ThreadFeeds feeds) : IDisposable
{
    public ThreadFeed Feed => feed;

    public Action Changed => changed;

    public void Dispose() => feeds.Unfollow(this);
}
