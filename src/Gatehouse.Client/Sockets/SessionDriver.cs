using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// Runs a <see cref="Session"/>: serialises what goes in by one lock, carries out what comes out while it holds it, wakes it by one
/// timer, and owns its sockets. What the session tells goes to <c>tell</c>, in order and inside the lock.
/// </summary>
internal sealed class SessionDriver : IAsyncDisposable
{
    private readonly Lock _gate = new();                            // guards all below
    private readonly Session _session;
    private readonly Dictionary<int, LinkSocket> _links = [];       // those that the session knows
    private readonly HashSet<Task> _running = [];                   // everything that is to be awaited
    private readonly CancellationTokenSource _disposed = new();
    private readonly Uri _server;
    private readonly GatehouseClientOptions _options;
    private readonly Action<SessionOutput> _tell;
    private readonly ITimer _timer;
    private long? _armedFor;                                        // timestamp
    private bool _carryingOut;
    private bool _disposing;                                        // interlocked

    public SessionDriver(Uri server, GatehouseClientOptions options, Action<SessionOutput> tell)
    {
        (_server, _options, _tell) = (server, options, tell);
        _session = new(options.Clock, options.Random);
        _timer = options.Clock.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets <paramref name="act"/> use the session, then does what the session wants. Also from inside <c>tell</c>.</summary>
    public T Do<T>(Func<Session, T> act)
    {
        lock (_gate)
        {
            var result = act(_session);
            CarryOutLocked();
            return result;
        }
    }

    /// <inheritdoc cref="Do{T}"/>
    public void Do(Action<Session> act)
    {
        lock (_gate)
        {
            act(_session);
            CarryOutLocked();
        }
    }

    public void Opened(int link) => Do(session => session.Opened(link));

    public void Received(int link, ServerMessage? message)
    {
        lock (_gate)
        {
            _session.Received(link, message);
            CarryOutLocked();
        }
    }

    /// <summary>The link is over. Only what the session did not bring about itself is told.</summary>
    public void Ended(LinkSocket link, LinkFailure failure)
    {
        lock (_gate)
        {
            if (!_links.Remove(link.Number)) return;
            _tell(new Tell(new LinkEnded(failure)));
            if (failure.Refusal is { } refusal) _session.Refused(link.Number, refusal);
            else _session.Closed(link.Number, failure.CloseCode);
            CarryOutLocked();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposing, true)) return;
        Do(session => session.Stop());
        await _disposed.CancelAsync();
        Task[] running;
        lock (_gate) running = [.. _running];
        await Task.WhenAll(running);
        await _timer.DisposeAsync();
        _disposed.Dispose();
    }

    private void Wake()
    {
        lock (_gate)
        {
            _armedFor = null;
            _session.Tick();
            CarryOutLocked();
        }
    }

    /// <summary>Called again from inside <c>tell</c> it leaves the new outputs to the outer call, so that order is kept.</summary>
    private void CarryOutLocked()
    {
        if (_carryingOut) return;
        _carryingOut = true;
        try
        {
            while (_session.TakeOutputs() is { Count: > 0 } outputs)
            {
                foreach (var output in outputs) CarryOutLocked(output);
            }
        }
        finally
        {
            _carryingOut = false;
        }
        ArmLocked();
    }

    private void CarryOutLocked(SessionOutput output)
    {
        switch (output)
        {
            case OpenLink open: OpenLocked(open); break;
            case SendCommand send: _links.GetValueOrDefault(send.Link)?.Send(send.Utf8); break;
            case CloseLink close when _links.Remove(close.Link, out var link): link.Close(close.Code); break;
            case DropLink drop when _links.Remove(drop.Link, out var link): link.Drop(); break;
            case TokenNeeded: RenewLocked(); break;
            default: _tell(output); break;
        }
    }

    private void OpenLocked(OpenLink open)
    {
        var link = new LinkSocket(open, _server, _options, this);
        _links.Add(open.Link, link);
        RunLocked(link.RunAsync);
    }

    private void RenewLocked()
    {
        var token = _disposed.Token;
        RunLocked(() => RenewTokenAsync(token));
    }

    private void RunLocked(Func<Task> work)
    {
        _running.RemoveWhere(task => task.IsCompleted);
        _running.Add(Task.Run(work));
    }

    private async Task RenewTokenAsync(CancellationToken token)
    {
        try
        {
            if (_options.RefreshToken is not { } refresh) throw new InvalidOperationException("the server wants a new token, and there is no RefreshToken to get one");
            await refresh(token);
            Do(session => session.TokenRenewed());
        }
        catch (Exception exception)
        {
            // The app's own code: whatever it throws, without a token there is no way back.
            lock (_gate) _tell(new Tell(new LinkEnded(new(_server, exception.Message))));
            Do(session => session.Stop());
        }
    }

    /// <summary>
    /// Arms the timer only when it must fire earlier: each message moves the peer's death further away, and a timer that fires early is
    /// harmless.
    /// </summary>
    private void ArmLocked()
    {
        if (_session.TickIn is not { } due) return;
        // A timer counts whole milliseconds, and must not fire a fraction too soon for ever.
        due = TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds));
        var at = _options.Clock.GetTimestamp() + (long)(due.TotalSeconds * _options.Clock.TimestampFrequency);
        if (_armedFor is { } armed && armed <= at) return;
        _armedFor = at;
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
