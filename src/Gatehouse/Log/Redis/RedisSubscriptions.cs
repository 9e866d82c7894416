using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// Everything that this instance listens to in Redis, over one connection of its own. When that connection breaks, or an echo does
/// not come back through it, it is replaced, and whoever listens is told that something may have been missed.
/// </summary>
/// <remarks>
/// <code>
///   open ──▶ subscribe all, tell all ──▶ echo, every 3 s ──▶ broken or no echo ──▶ report the break ──┐
///    ▲                                    (and subscribe again what could not be)                     │
///    └───────────────────────────────── pause, 100 ms to 2 s ◀────────────────────────────────────────┘
/// </code>
/// </remarks>
internal sealed partial class RedisSubscriptions(
    RedisConnection connection, RedisNames names, Instance instance, RedisTimings timings, TimeProvider clock, ILogger<RedisSubscriptions> logger)
    : IAsyncDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly Topics _topics = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _failures;                                          // the loop's: lines in a row that heard no echo
    private readonly Lock _gate = new();                            // guards all below
    private TaskCompletionSource<EchoProbe> _probe = NewProbe();    // complete while a line is open
    private Task? _running;
    private RedisFault? _notOpened;                                 // why the last attempt failed
    private SubscriptionLine? _line;

    /// <summary>Begins to listen to a channel.</summary>
    /// <param name="received">Called for each message, in order. Must be quick and must not throw.</param>
    /// <param name="inEffect">Called when all that is said from now on will be heard: once that has begun, and after every break.</param>
    public IDisposable Subscribe(RedisChannel channel, Action<RedisValue> received, Action inEffect)
    {
        Start();
        return _topics.Join(channel, received, inEffect);
    }

    /// <summary>Sends an echo through the connection that is open, or will be in a moment.</summary>
    /// <returns>Why nothing is heard: the connection is dead, or there is none; null if all is well.</returns>
    /// <exception cref="RedisException">The echo could not be sent, which says nothing about the subscriptions.</exception>
    /// <exception cref="RedisTimeoutException">Likewise.</exception>
    public async Task<RedisFault?> EchoAsync(CancellationToken cancellationToken)
    {
        Start();
        Task<EchoProbe> probe;
        lock (_gate) probe = _probe.Task;
        await ((Task)probe).WaitAsync(timings.EchoWithin, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (probe.IsCompleted) return await probe.Result.ProbeAsync(cancellationToken) ?? _topics.Refusal;
        lock (_gate) return _notOpened ?? RedisFault.NotSubscribed;
    }

    /// <summary>Gives the connection that is open up for another one.</summary>
    public void Renew(string why)
    {
        lock (_gate) _line?.Break(why);
    }

    public async ValueTask DisposeAsync()
    {
        Task? running;
        lock (_gate)
        {
            if (_stopping.IsCancellationRequested) return;
            _stopping.Cancel();
            running = _running;
        }
        if (running is not null) await running;
        _stopping.Dispose();
    }

    private static TaskCompletionSource<EchoProbe> NewProbe() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            _running ??= Task.Run(RunAsync);
        }
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await using var line = await SubscriptionLine.OpenAsync(connection.Address, _stopping.Token);
                var why = await UseAsync(line);
                connection.ReportBroken($"subscriptions: {why}");
                if (_failures == 0) LogBroken(why);
            }
            catch (Exception failed) when (!_stopping.IsCancellationRequested)
            {
                var fault = RedisFault.Of(failed);
                lock (_gate) _notOpened = fault;
                if (_failures == 0) LogNotOpened(fault.Reason);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await PauseAsync();
            _failures++;
        }
    }

    /// <returns>Why the line can be used no more.</returns>
    private async Task<string> UseAsync(SubscriptionLine line)
    {
        var probe = new EchoProbe(line, connection, names, instance, timings, clock);
        _topics.Use(line);
        lock (_gate)
        {
            _line = line;
            _probe.SetResult(probe);
        }
        try
        {
            while (true)
            {
                var echo = EchoAsync(probe);
                if (await Task.WhenAny((Task)echo, line.Broken) == echo && await echo is { } silent) return silent;
                await ((Task)line.Broken).WaitAsync(timings.EchoEvery, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _stopping.Token.ThrowIfCancellationRequested();
                if (line.Broken.IsCompleted) return await line.Broken;
                _topics.TryAgain();
            }
        }
        finally
        {
            lock (_gate)
            {
                _line = null;
                _probe = NewProbe();
            }
            _topics.Use(null);
        }
    }

    private async Task<string?> EchoAsync(EchoProbe probe)
    {
        try
        {
            // What the server refuses it would refuse another connection, too: it is asked again, over this one.
            if (await probe.ProbeAsync(_stopping.Token) is { IsUnheard: true } silent) return silent.Reason;
            if (_failures > 0) connection.ReportBroken("subscriptions: the connection came back");
            _failures = 0;      // only now: a line that opens and breaks at once is opened less and less often
        }
        catch (Exception unsent) when (RedisFault.IsTheWorlds(unsent))
        {
            // That says nothing about the subscriptions. The connection for commands has its own reports.
        }
        return null;
    }

    private async Task PauseAsync()
    {
        var pause = TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, timings.Reopen.Ticks << Math.Min(_failures, 10)));
        // Jitter, so that instances that lost a server together do not come back together.
        pause *= 0.5 + 0.5 * Random.Shared.NextDouble();
        await Task.Delay(pause, clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    [LoggerMessage(1213, LogLevel.Warning, "The subscriptions to Redis are opened anew: {Why}")]
    private partial void LogBroken(string why);

    [LoggerMessage(1214, LogLevel.Warning, "There is no connection for subscriptions to Redis: {Why}; trying again")]
    private partial void LogNotOpened(string why);
}
