using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// The client of docs/protocol.md as a pure state machine: the app's wishes, what happens to its links, and a clock go in;
/// <see cref="SessionOutput"/>s come out. It opens no socket, starts no task and never waits; its owner does, and serialises the calls.
/// <para>
/// The owner's loop: after every call carry out <see cref="TakeOutputs"/> in order, and call <see cref="Tick"/> when <see cref="TickIn"/>
/// has passed. Links are numbered from 1; the session ignores what it is told about a link that it has closed or dropped.
/// </para>
/// </summary>
public sealed class Session
{
    private static readonly TimeSpan AssumedRetry = TimeSpan.FromSeconds(1);
    private readonly List<SessionOutput> _outputs = [];
    private readonly TimeProvider _clock;
    private readonly long _createdAt;
    private readonly Backoff _backoff;
    private readonly LinkSet _links;
    private readonly Outbox _outbox;
    private readonly Subscriptions _subscriptions;
    private long _lastId;
    private int _frameBytes = Limits.FrameBytes;
    private bool _needsToken;
    private bool _wasWelcome;

    /// <param name="clock">The source of time.</param>
    /// <param name="random">Uniform in [0, 1). Drawn once per reconnect delay and once per goaway.</param>
    public Session(TimeProvider clock, Func<double> random)
    {
        _clock = clock;
        _createdAt = clock.GetTimestamp();
        _backoff = new(random);
        _links = new(_outputs);
        _outbox = new(_outputs);
        _subscriptions = new(_outputs, NextId);
    }

    public ConnectionState State { get; private set; }

    /// <summary>The node that the server, which is not ready, waits for; null if it has not said so, or the latest attempt said nothing.</summary>
    public string? WaitingFor { get; private set; }

    /// <summary>How long until <see cref="Tick"/> has something to do; null: nothing is due.</summary>
    public TimeSpan? TickIn
    {
        get
        {
            var due = _links.DueAt;
            if (_links.Current is not null) due = Earlier(due, Earlier(_outbox.DueAt, _subscriptions.DueAt));
            return due is { } at ? at > Now ? at - Now : TimeSpan.Zero : null;
        }
    }

    private TimeSpan Now => _clock.GetElapsedTime(_createdAt);

    /// <summary>What is to be done and told since the last call, in order.</summary>
    public IReadOnlyList<SessionOutput> TakeOutputs()
    {
        if (_outputs.Count is 0) return [];
        var taken = _outputs.ToArray();
        _outputs.Clear();
        return taken;
    }

    /// <summary>What is known of a thread; null if it is not followed.</summary>
    public ThreadView? Thread(string threadId) => _subscriptions.Replica(threadId)?.View();

    /// <summary>The replica of a followed thread, or null. The caller must not change it.</summary>
    public ThreadReplica? Replica(string threadId) => _subscriptions.Replica(threadId);

    // What the app wants. Each returns the request's number, which RequestAnswered or RequestFailed repeats.

    /// <summary>Begins. The first link is asked for at once.</summary>
    public void Start()
    {
        if (State is ConnectionState.Idle) Connect(TimeSpan.Zero, null);
    }

    /// <summary>Ends for good: closes the links in order and fails what is unanswered.</summary>
    public void Stop() => Stop("the session was stopped", null);

    public long Run(string threadId, string messageId, string text, string? agent = null) =>
        Request(id => new RunCommand(id, threadId, messageId, text, agent));

    public long Cancel(string runId) => Request(id => new CancelCommand(id, runId));

    public long Answer(string interruptId, JsonElement payload) => Request(id => new AnswerCommand(id, interruptId, payload));

    public long ListThreads(string? before = null) => Request(id => new ThreadsCommand(id, before));

    /// <summary>Follows a thread until <see cref="Unfollow"/>. Answered when the replica has a position.</summary>
    public long Follow(string threadId)
    {
        var request = NextId();
        if (State is ConnectionState.Stopped) _outputs.Add(new RequestFailed(request, Stopped("the session has stopped")));
        else if (CommandCheck.CheckId(threadId, "threadId") is { } failure) _outputs.Add(new RequestFailed(request, failure));
        else _subscriptions.Follow(threadId, request, _links.Current);
        return request;
    }

    public void Unfollow(string threadId)
    {
        _outbox.DoNotFollow(threadId);
        if (_subscriptions.Unfollow(threadId, _links.Current)) SendUnsubscribe(threadId);
    }

    /// <summary>The app has renewed its token, as <see cref="TokenNeeded"/> asked.</summary>
    public void TokenRenewed()
    {
        if (!_needsToken) return;
        _needsToken = false;
        Connect(_backoff.Next(0), null);
    }

    // What happens to links.

    /// <summary>The WebSocket is open.</summary>
    public void Opened(int number)
    {
        if (_links.Find(number) is not { Phase: LinkPhase.Dialling } link) return;
        (link.Phase, link.HeardAt) = (LinkPhase.Open, Now);
        if (_links.Current is null && State is not ConnectionState.Connecting) Become(new(ConnectionState.Connecting));
    }

    /// <summary>The link broke (<paramref name="code"/> null), was closed by the server, or could not be opened.</summary>
    public void Closed(int number, int? code) => Lost(number, CloseReason.ActionFor(code), code, TimeSpan.Zero, null);

    /// <summary>The server answered the upgrade with an HTTP status instead.</summary>
    public void Refused(int number, UpgradeRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        Lost(number, refusal.Action(wasWelcome: _wasWelcome), null, refusal.RetryAfter ?? TimeSpan.Zero, refusal.Node);
    }

    /// <summary>A message has come. Null stands for one of a type that this build does not know.</summary>
    public void Received(int number, ServerMessage? message)
    {
        if (_links.Find(number) is not { } link) return;
        link.HeardAt = Now;
        if (message is Welcome welcome) Welcomed(link, welcome);
        else if (message is Starting starting) Starts(link, starting.Node);
        else if (link == _links.Current) Serve(link, message);
    }

    /// <summary>Does whatever is due.</summary>
    public void Tick()
    {
        var now = Now;
        foreach (var link in _links.Due(now))
        {
            if (link.Phase is LinkPhase.Retiring)
            {
                _links.CloseRetiring();
                continue;
            }
            _outputs.Add(new DropLink(link.Number));
            Closed(link.Number, null);
        }
        if (_links.Current is not { } current) return;
        _outbox.SendDue(current, now);
        _subscriptions.SubscribeDue(current, now);
    }

    private void Welcomed(Link link, Welcome welcome)
    {
        if (link != _links.Next) return;
        link.Welcome(welcome, Now);
        if (_links.Current is { WelcomedAt: { } servedSince }) _backoff.Lasted(Now - servedSince);
        (_wasWelcome, WaitingFor, _links.ResumeToken) = (true, null, welcome.ResumeToken);
        _frameBytes = welcome.MaxFrameBytes;
        _backoff.Base = TimeSpan.FromMilliseconds(welcome.ReconnectMs);
        _links.Promote();
        Become(new(ConnectionState.Connected));
        _subscriptions.SubscribeAll(link);
        _outbox.SendAll(link, Now);
        RetireIfMoved();
    }

    private void Starts(Link link, string node)
    {
        link.StartingNode = node;
        if (_links.Current is null) WaitingFor = node;
        _outputs.Add(new Tell(new ServerStarting(node)));
    }

    /// <summary>Messages of the link that serves; all others have nothing to say but that they live.</summary>
    private void Serve(Link link, ServerMessage? message)
    {
        switch (message)
        {
            case Accepted accepted: Answered(link, accepted.Id, accepted); break;
            case Ok ok: Answered(link, ok.Id, ok); break;
            case ThreadsMessage threads: Answered(link, threads.Id, threads); break;
            case ErrorMessage error: Refused(link, error); break;
            case Subscribed subscribed: _subscriptions.Subscribed(subscribed, link); break;
            case EventsMessage events: _subscriptions.Events(events, link); break;
            case SnapshotMessage snapshot: _subscriptions.Snapshot(snapshot, link); break;
            case Heartbeat heartbeat: _subscriptions.Heartbeat(heartbeat, link); break;
            case GoAway goAway: Leave(link, goAway); break;
        }
        RetireIfMoved();
    }

    private void Answered(Link link, CommandId id, ServerMessage answer)
    {
        if (_outbox.Answer(id, link) is not { } entry) return;
        if (answer is Accepted accepted)
        {
            if (entry.Follow) _subscriptions.FollowAt(accepted.ThreadId, accepted.Cursor, link);
            else if (_subscriptions.Replica(accepted.ThreadId) is null) SendUnsubscribe(accepted.ThreadId);
        }
        _outputs.Add(new RequestAnswered(entry.Request, answer, entry.Command));
    }

    private void Refused(Link link, ErrorMessage error)
    {
        var failure = new Failure(error.Code, error.Message);
        if (error.Id is not { } id)
        {
            _outputs.Add(new Tell(new ServerComplained(failure)));
            return;
        }
        TimeSpan? heldUntil = ErrorCode.MayRetry(error.Code)
            ? Now + (error.RetryAfterMs is { } ms ? TimeSpan.FromMilliseconds(ms) : AssumedRetry)
            : null;
        if (_subscriptions.Refused(id, link, failure, heldUntil)) return;
        if (heldUntil is { } until) _outbox.Hold(id, link, until);
        else if (_outbox.Answer(id, link) is { } entry) _outputs.Add(new RequestFailed(entry.Request, failure));
    }

    private void Leave(Link link, GoAway goAway)
    {
        if (_links.Next is not null) return;
        link.Deadline = Now + TimeSpan.FromMilliseconds(goAway.DeadlineMs);
        _outputs.Add(new Tell(new ServerLeaving(goAway.Reason)));
        _links.Open(_backoff.Within(TimeSpan.FromMilliseconds(goAway.SpreadMs)));
    }

    private void RetireIfMoved()
    {
        if (_subscriptions.AllAnswered) _links.CloseRetiring();
    }

    private void Lost(int number, CloseAction action, int? code, TimeSpan retryAfter, string? node)
    {
        if (_links.Find(number) is not { } link) return;
        var served = link.Phase is LinkPhase.Current;
        _links.Remove(link);
        if (link.Phase is LinkPhase.Retiring) return;
        if (link.WelcomedAt is { } welcomedAt) _backoff.Lasted(Now - welcomedAt);
        if (served) _subscriptions.Unbind(link);
        if (_links.Current is null) WaitingFor = node ?? link.StartingNode;
        Recover(link, action, code, retryAfter);
    }

    private void Recover(Link link, CloseAction action, int? code, TimeSpan retryAfter)
    {
        switch (action)
        {
            case CloseAction.Stop:
                Stop($"the server closed the connection with {code}", code);
                return;
            case CloseAction.ReconnectWithoutResend:
                _outbox.FailSentOn(link, new(Failure.Refused, $"the server closed the connection with {code} instead of an answer"));
                break;
            case CloseAction.Resynchronise:
                _subscriptions.ForgetCursors();
                break;
        }
        if (_links.Next is { } next)
            Become(new(next.Phase is LinkPhase.Open ? ConnectionState.Connecting : ConnectionState.Waiting, null, code));
        else if (action is CloseAction.RefreshToken)
            AskForToken(code);
        else
            Connect(retryAfter + DelayOf(action), code);
    }

    private TimeSpan DelayOf(CloseAction action) => action switch
    {
        CloseAction.ReconnectNow => _backoff.AtOnce(Now),
        CloseAction.BackOff => _backoff.Next(1),
        _ => _backoff.Next(0),
    };

    private void AskForToken(int? code)
    {
        _needsToken = true;
        _outputs.Add(new TokenNeeded());
        if (_links.Current is null) Become(new(ConnectionState.Waiting, null, code));
    }

    private void Connect(TimeSpan delay, int? code)
    {
        _links.Open(delay);
        if (_links.Current is not null) return;
        Become(new(delay > TimeSpan.Zero ? ConnectionState.Waiting : ConnectionState.Connecting, delay, code));
    }

    private void Stop(string why, int? code)
    {
        if (State is ConnectionState.Stopped) return;
        (_needsToken, WaitingFor) = (false, null);
        _links.CloseAll();
        _outbox.FailAll(Stopped(why));
        _subscriptions.FailAll(Stopped(why));
        Become(new(ConnectionState.Stopped, null, code));
    }

    private void Become(StateChanged change)
    {
        if (State == change.State && State is ConnectionState.Connected or ConnectionState.Stopped) return;
        State = change.State;
        _outputs.Add(new Tell(change with { Node = WaitingFor }));
    }

    private long Request(Func<CommandId, Command> make)
    {
        var request = NextId();
        var command = make(new(request));
        if (State is ConnectionState.Stopped) _outputs.Add(new RequestFailed(request, Stopped("the session has stopped")));
        else if (CommandCheck.Of(command) is { } failure) _outputs.Add(new RequestFailed(request, failure));
        else _outbox.Add(request, command, _links.Current, _frameBytes);
        return request;
    }

    private void SendUnsubscribe(string threadId)
    {
        if (_links.Current is not { } link) return;
        var command = new UnsubscribeCommand(new(NextId()), threadId);
        _outputs.Add(new SendCommand(link.Number, command, command.ToUtf8()));
    }

    private long NextId() => ++_lastId;

    private static Failure Stopped(string why) => new(Failure.Closed, why);

    private static TimeSpan? Earlier(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other ?? one : one;
}
