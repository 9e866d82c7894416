using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// A connection to a Gatehouse server that outlives its sockets: it reconnects, resumes every followed thread at its exact position, and
/// sends again what was not answered.
/// <para>
/// All members may be called from any thread. Nothing has to be connected: requests wait until it is, and the first one starts the client.
/// A cancelled token ends the wait, not the request: what was asked may still happen. Disposing closes the connection in order and fails
/// what has no answer.
/// </para>
/// </summary>
public sealed class GatehouseClient : IAsyncDisposable
{
    private readonly SessionDriver _driver;
    private readonly GatehouseClientOptions _options;
    private readonly EventReaders _readers = new();
    private readonly RunWatch _runs = new();                                                    // under the driver's lock, as all below
    private readonly Dictionary<long, TaskCompletionSource<ServerMessage?>> _requests = [];
    private TaskCompletionSource? _connecting;

    /// <param name="server">A <c>ws</c> or <c>wss</c> address; <see cref="ServerAddress"/> reads others.</param>
    public GatehouseClient(Uri server, GatehouseClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (server.Scheme is not ("ws" or "wss")) throw new ArgumentException($"{server} is not a ws or wss address.", nameof(server));
        Server = server;
        _options = options ?? new();
        _driver = new(server, _options, Tell);
    }

    public Uri Server { get; }

    public ConnectionState State => _driver.Do(session => session.State);

    /// <summary>While not connected: the node that the server, which is not ready, waits for; null if it has not said so.</summary>
    public string? WaitingFor => _driver.Do(session => session.WaitingFor);

    /// <summary>Begins to connect, and goes on until the client is disposed or the server forbids it.</summary>
    public void Start() => _driver.Do(session => session.Start());

    /// <summary>Begins to connect and waits for the first success or failure. The client goes on trying after a failure.</summary>
    /// <exception cref="GatehouseException">The attempt failed, or the client has stopped; <see cref="GatehouseException.Link"/> says why.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _driver.Do(session =>
    {
        session.Start();
        if (session.State is ConnectionState.Connected) return Task.CompletedTask;
        if (session.State is ConnectionState.Stopped) return Task.FromException(new GatehouseException(new Failure(Failure.Closed, "the client has stopped")));
        _connecting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _connecting.Task.WaitAsync(cancellationToken);
    });

    /// <summary>
    /// Begins to connect and waits for it, also while the server says that it is not ready or busy: 429, 502, 503, 504, or a close
    /// that allows to come back. A server that cannot be reached is an error at once, unless it has answered before.
    /// </summary>
    /// <param name="patience">How long to wait at most; zero: the first failure is the end. The client goes on trying after that.</param>
    /// <exception cref="GatehouseException">The attempt failed, or patience ran out; <see cref="GatehouseException.Link"/> says why.</exception>
    public async Task ConnectAsync(TimeSpan patience, CancellationToken cancellationToken = default)
    {
        if (patience <= TimeSpan.Zero)
        {
            await ConnectAsync(cancellationToken);
            return;
        }
        using var limit = new CancellationTokenSource(patience, _options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        LinkFailure? last = null;
        while (true)
        {
            try
            {
                await ConnectAsync(either.Token);
                return;
            }
            catch (GatehouseException exception) when (exception.Link is { } failure && MayPass(failure, last))
            {
                last = failure;
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                var reason = $"gave up after {patience.TotalSeconds:0.#} s: {last?.Reason ?? "the server has not answered"}";
                throw new GatehouseException(last is null ? new(Server, reason) : last with { Reason = reason });
            }
        }
    }

    /// <summary>Sends a message. Done when the server has stored it; a thread that is not followed is followed from the position before it.</summary>
    /// <param name="messageId">Unique; a random one if null. The same id and text again is answered alike and does nothing.</param>
    /// <exception cref="GatehouseException">The server, or the client for it, refused the message.</exception>
    public async Task<Accepted> RunAsync(
        string threadId, string text, string? agent = null, string? messageId = null, CancellationToken cancellationToken = default) =>
        (Accepted)(await RequestAsync(session => session.Run(threadId, messageId ?? Guid.NewGuid().ToString(), text, agent), cancellationToken))!;

    /// <summary>Answers an interrupt. Done when the run that continues is stored.</summary>
    /// <exception cref="GatehouseException">The server, or the client for it, refused the answer.</exception>
    public async Task<Accepted> AnswerAsync(string interruptId, JsonElement payload, CancellationToken cancellationToken = default) =>
        (Accepted)(await RequestAsync(session => session.Answer(interruptId, payload), cancellationToken))!;

    /// <summary>Asks for the end of a run. It has ended when <see cref="WaitForRunAsync"/> says so.</summary>
    /// <exception cref="GatehouseException">There is no such run.</exception>
    public async Task CancelAsync(string runId, CancellationToken cancellationToken = default) =>
        await RequestAsync(session => session.Cancel(runId), cancellationToken);

    /// <summary>Follows a thread until <see cref="Unfollow"/>. Done when <see cref="Thread"/> has a position.</summary>
    /// <exception cref="GatehouseException">The server refused, for example because there is no such thread yet.</exception>
    public async Task FollowAsync(string threadId, CancellationToken cancellationToken = default) =>
        await RequestAsync(session => session.Follow(threadId), cancellationToken);

    public void Unfollow(string threadId) => _driver.Do(session => session.Unfollow(threadId));

    /// <summary>One page of the threads, newest first.</summary>
    /// <param name="before">The <c>Next</c> of the page before; null for the first.</param>
    /// <exception cref="GatehouseException">The server refused.</exception>
    public async Task<ThreadsMessage> ListThreadsAsync(string? before = null, CancellationToken cancellationToken = default) =>
        (ThreadsMessage)(await RequestAsync(session => session.ListThreads(before), cancellationToken))!;

    /// <summary>What is known of a thread now; null if it is not followed.</summary>
    public ThreadView? Thread(string threadId) => _driver.Do(session => session.Thread(threadId));

    /// <summary>Waits for the end of a run of a followed thread, also if it came before the call.</summary>
    /// <exception cref="GatehouseException">The client has stopped, or the server refused the thread.</exception>
    public Task<RunEnd> WaitForRunAsync(string runId, CancellationToken cancellationToken = default) =>
        _driver.Do(session => session.State is ConnectionState.Stopped && !_runs.HasEnded(runId)
            ? Task.FromException<RunEnd>(new GatehouseException(new Failure(Failure.Closed, "the client has stopped")))
            : _runs.Wait(runId)).WaitAsync(cancellationToken);

    /// <summary>
    /// All events from this call on. Any number of readers; each ends with the client. One that falls 4,096 events behind ends with a
    /// <see cref="GatehouseException"/>; then <see cref="Thread"/> still tells where things are. To be enumerated once.
    /// </summary>
    public IAsyncEnumerable<ClientEvent> ReadEventsAsync(CancellationToken cancellationToken = default) => _readers.Open(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _driver.DisposeAsync();
        _readers.Complete();
    }

    private bool MayPass(LinkFailure failure, LinkFailure? before)
    {
        if (failure.Refusal is { Status: 401 } && _options.RefreshToken is not null) return true;
        return !failure.IsFinal && (failure.IsForNow || before is not null);
    }

    private Task<ServerMessage?> RequestAsync(Func<Session, long> ask, CancellationToken cancellationToken) => _driver.Do(session =>
    {
        session.Start();
        var answer = new TaskCompletionSource<ServerMessage?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[ask(session)] = answer;
        return answer.Task;
    }).WaitAsync(cancellationToken);

    /// <summary>What the session tells; under the driver's lock.</summary>
    private void Tell(SessionOutput output)
    {
        switch (output)
        {
            case RequestAnswered answered:
                if (answered.Answer is Accepted accepted) _runs.Accepted(accepted, (answered.Command as RunCommand)?.MessageId, Replica(accepted.ThreadId));
                if (_requests.Remove(answered.Request, out var done)) done.TrySetResult(answered.Answer);
                break;
            case RequestFailed failed when _requests.Remove(failed.Request, out var request):
                request.TrySetException(new GatehouseException(failed.Failure));
                break;
            case Tell { Event: var @event }:
                Observe(@event);
                _readers.Write(@event);
                _options.OnEvent?.Invoke(@event);
                break;
        }
    }

    private void Observe(ClientEvent @event)
    {
        switch (@event)
        {
            case EventsApplied applied: _runs.Applied(applied.Message); break;
            case SnapshotApplied snapshot when Replica(snapshot.ThreadId) is { } replica: _runs.Replaced(replica); break;
            case ThreadRefused refused: _runs.ThreadLost(refused.ThreadId, refused.Failure); break;
            case LinkEnded ended: EndConnecting(new GatehouseException(ended.Failure)); break;
            case StateChanged { State: ConnectionState.Connected }: EndConnecting(null); break;
            case StateChanged { State: ConnectionState.Stopped }: Stopped(new(Failure.Closed, "the client has stopped")); break;
        }
    }

    private void Stopped(Failure failure)
    {
        _runs.FailAll(failure);
        EndConnecting(new GatehouseException(failure));
    }

    private void EndConnecting(GatehouseException? failure)
    {
        if (_connecting is not { } connecting) return;
        _connecting = null;
        if (failure is null) connecting.TrySetResult();
        else connecting.TrySetException(failure);
    }

    private ThreadReplica? Replica(string threadId) => _driver.Do(session => session.Replica(threadId));
}
