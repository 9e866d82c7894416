using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// The threads that are followed. Each is bound to the link on which it was last subscribed; what other links say about it counts
/// for nothing, so a switch between two links can neither lose nor double an event.
/// </summary>
internal sealed class Subscriptions(List<SessionOutput> outputs, Func<long> nextId)
{
    private readonly List<FollowedThread> _threads = [];    // in the order in which they were followed; a connection has 128 at most
    private bool _forgetCursors;

    /// <summary>When the next subscription that was refused for now falls due.</summary>
    public TimeSpan? DueAt => _threads.Min(thread => thread.HeldUntil);

    /// <summary>Whether every thread has its answer on the current link.</summary>
    public bool AllAnswered => _threads.TrueForAll(thread => thread.Subscribe is null && thread.HeldUntil is null);

    public ThreadReplica? Replica(string threadId) => Find(threadId)?.Replica;

    public void Follow(string threadId, long request, Link? current)
    {
        var thread = Find(threadId);
        if (thread is { IsSettled: true })
        {
            outputs.Add(new RequestAnswered(request, null, null));
            return;
        }
        if (thread is null)
        {
            _threads.Add(thread = new(threadId));
            if (current is not null) Subscribe(thread, current);
        }
        thread.Requests.Add(request);
    }

    /// <summary>The server has subscribed <paramref name="link"/> by itself, at <paramref name="cursor"/>.</summary>
    public void FollowAt(string threadId, string cursor, Link link)
    {
        if (Find(threadId) is not null) return;
        var thread = new FollowedThread(threadId) { Link = link };
        thread.Replica.BeginAt(cursor);
        _threads.Add(thread);
    }

    /// <summary>Forgets the thread. True if <paramref name="current"/> must be told.</summary>
    public bool Unfollow(string threadId, Link? current)
    {
        if (Find(threadId) is not { } thread) return false;
        _threads.Remove(thread);
        Fail(thread, new(Failure.Closed, "the thread was left"));
        return current is not null && thread.Link == current;
    }

    /// <summary>Moves every thread to <paramref name="link"/>.</summary>
    public void SubscribeAll(Link link)
    {
        foreach (var thread in _threads)
        {
            if (_forgetCursors) thread.Replica.ForgetCursor();
            Subscribe(thread, link);
        }
        _forgetCursors = false;
    }

    /// <summary>Asks again for what was refused for now.</summary>
    public void SubscribeDue(Link link, TimeSpan now)
    {
        foreach (var thread in _threads)
        {
            if (thread.HeldUntil <= now) Subscribe(thread, link);
        }
    }

    /// <summary>The link is gone.</summary>
    public void Unbind(Link link)
    {
        foreach (var thread in _threads)
        {
            if (thread.Link == link) thread.Unbind();
        }
    }

    /// <summary>The next link subscribes without cursors (close codes 4400-4499).</summary>
    public void ForgetCursors() => _forgetCursors = true;

    public void Subscribed(Subscribed message, Link link)
    {
        if (Bound(message.ThreadId, link) is not { } thread || thread.Subscribe != message.Id.Number) return;
        thread.Subscribe = null;
        thread.AwaitsSnapshot = message.Result is Protocol.Subscribed.Snapshot;
        if (!thread.AwaitsSnapshot) thread.Replica.BeginAt(message.Cursor);
        Settle(thread);
    }

    public void Events(EventsMessage message, Link link)
    {
        if (Bound(message.ThreadId, link) is not { } thread) return;
        if (thread.Replica.TryApply(message)) outputs.Add(new Tell(new EventsApplied(message)));
        else SubscribeAgain(thread, link);
    }

    public void Snapshot(SnapshotMessage page, Link link)
    {
        if (Bound(page.ThreadId, link) is not { } thread || !thread.Replica.TryApply(page)) return;
        thread.AwaitsSnapshot = false;
        outputs.Add(new Tell(new SnapshotApplied(page.ThreadId, page.Cursor)));
        Settle(thread);
    }

    public void Heartbeat(Heartbeat heartbeat, Link link)
    {
        foreach (var thread in _threads)
        {
            if (thread.Link == link && heartbeat.Heads.TryGetValue(thread.Id, out var head) && head != thread.Replica.Cursor)
                SubscribeAgain(thread, link);
        }
    }

    /// <summary>The server refused a subscription. False if <paramref name="id"/> is none.</summary>
    public bool Refused(CommandId id, Link link, Failure failure, TimeSpan? heldUntil)
    {
        if (_threads.Find(thread => thread.Link == link && thread.Subscribe == id.Number) is not { } thread) return false;
        thread.Subscribe = null;
        thread.HeldUntil = heldUntil;
        if (heldUntil is not null) return true;
        _threads.Remove(thread);
        Fail(thread, failure);
        outputs.Add(new Tell(new ThreadRefused(thread.Id, failure)));
        return true;
    }

    /// <summary>The session has stopped. The replicas stay readable.</summary>
    public void FailAll(Failure failure)
    {
        foreach (var thread in _threads) Fail(thread, failure);
    }

    private FollowedThread? Find(string threadId) => _threads.Find(thread => thread.Id == threadId);

    private FollowedThread? Bound(string threadId, Link link) => Find(threadId) is { } thread && thread.Link == link ? thread : null;

    private void SubscribeAgain(FollowedThread thread, Link link)
    {
        if (thread.IsSettled) Subscribe(thread, link);
    }

    private void Subscribe(FollowedThread thread, Link link)
    {
        thread.Unbind();
        thread.Link = link;
        thread.Subscribe = nextId();
        var command = new SubscribeCommand(new(thread.Subscribe.Value), thread.Id, thread.Replica.Cursor);
        outputs.Add(new SendCommand(link.Number, command, command.ToUtf8()));
    }

    private void Settle(FollowedThread thread)
    {
        if (!thread.IsSettled) return;
        foreach (var request in thread.Requests) outputs.Add(new RequestAnswered(request, null, null));
        thread.Requests.Clear();
    }

    private void Fail(FollowedThread thread, Failure failure)
    {
        foreach (var request in thread.Requests) outputs.Add(new RequestFailed(request, failure));
        thread.Requests.Clear();
    }
}

/// <summary>A thread that is followed, and how far its subscription has come.</summary>
internal sealed class FollowedThread(string id)
{
    public string Id => id;
    public ThreadReplica Replica { get; } = new(id);
    public List<long> Requests { get; } = [];

    /// <summary>The only link that is listened to; null while there is none.</summary>
    public Link? Link { get; set; }

    /// <summary>The id of the subscription that has no answer.</summary>
    public long? Subscribe { get; set; }

    /// <summary>The subscription was answered: a snapshot comes.</summary>
    public bool AwaitsSnapshot { get; set; }

    /// <summary>The subscription was refused until then.</summary>
    public TimeSpan? HeldUntil { get; set; }

    /// <summary>Whether the server sends what happens, as far as the client knows.</summary>
    public bool IsSettled => Link is not null && Subscribe is null && HeldUntil is null && !AwaitsSnapshot;

    public void Unbind()
    {
        (Link, Subscribe, HeldUntil, AwaitsSnapshot) = (null, null, null, false);
        Replica.ForgetPages();
    }
}
