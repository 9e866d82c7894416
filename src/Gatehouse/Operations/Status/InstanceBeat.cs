using System.Text.Json;
using Gatehouse.Readiness;
using Gatehouse.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Operations.Status;

/// <summary>Says every five seconds that this instance is alive and how it is, and hears the same of the others. While the store is away it knows what it knew.</summary>
internal sealed partial class InstanceBeat(
    IOperationsStore store, ReadinessGraph readiness, GatehouseMetrics metrics, OpsFacts facts, Instance instance, TimeProvider clock, ILogger<InstanceBeat> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AliveWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FarewellWithin = TimeSpan.FromMilliseconds(300);

    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private IReadOnlyList<StatusInstance> _others = [];
    private long _heardAt = clock.GetTimestamp();
    private bool _isAway;

    /// <summary>This instance as it is now, and the others as they last said, the oldest first.</summary>
    public IReadOnlyList<StatusInstance> Instances()
    {
        var (state, since) = (Now(), clock.GetElapsedTime(Volatile.Read(ref _heardAt)).TotalSeconds);
        var own = new StatusInstance(instance.Id, instance.Revision, _startedAt, 0, state.Ready, state.Open, state.Held, state.Draining, state.Runs, state.Totals);
        return [.. Volatile.Read(ref _others)
            .Where(other => other.Id != instance.Id)
            .Select(other => other with { SecondsAgo = Math.Round(other.SecondsAgo + since, 1) })
            .Append(own)
            .OrderBy(each => each.StartedAt).ThenBy(each => each.Id, StringComparer.Ordinal)];
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // At the end of a drain there is not much time left, and perhaps none: who is not told finds out by its silence.
        using var limit = new CancellationTokenSource(FarewellWithin, clock);
        await store.SayGoneAsync(instance.Id, limit.Token).WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var snapshot in readiness.WatchAsync(stoppingToken))
                if (snapshot.Find("schema") is { IsUp: true }) break;
            while (true)
            {
                await TryAsync(BeatAsync, stoppingToken);
                await Task.Delay(Every, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogEnded();
        }
    }

    private InstanceState Now() => new(
        readiness.IsReady, metrics.Connections[ConnectionState.Open], metrics.Connections[ConnectionState.Held], metrics.Connections[ConnectionState.Draining],
        facts.Runs?.Invoke().Active.Count ?? 0, Totals());

    private InstanceTotals Totals()
    {
        var failed = metrics.Runs[RunOutcome.Failed];
        return new(
            metrics.Handshakes[HandshakeOutcome.Accepted],
            metrics.Handshakes.Count(HandshakeOutcome.Refused, HandshakeReason.NotReady, HandshakeReason.Protected),
            metrics.Runs[RunOutcome.Success] + metrics.Runs[RunOutcome.Interrupt] + failed, failed, Environment.WorkingSet);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(Now(), StatusJson.Default.InstanceState);
        await store.SayAliveAsync(new(instance.Id, instance.Revision, _startedAt, body), cancellationToken);
        var alive = await store.InstancesAsync(AliveWithin, cancellationToken);
        Volatile.Write(ref _others, [.. alive.Select(each => Read(each.Instance, each.Ago))]);
        Volatile.Write(ref _heardAt, clock.GetTimestamp());
    }

    private async Task TryAsync(Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        try
        {
            await act(cancellationToken).WaitAsync(Every, clock, cancellationToken);
            _isAway = false;
        }
        catch (Exception away) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isAway) LogAway(away.Message, away.Detail());
            _isAway = true;
        }
    }

    private static StatusInstance Read(StoredInstance stored, TimeSpan ago)
    {
        var state = JsonSerializer.Deserialize(stored.Body, StatusJson.Default.InstanceState) ?? new(false, 0, 0, 0, 0);
        return new(stored.Id, stored.Revision, stored.StartedAt, ago.TotalSeconds, state.Ready, state.Open, state.Held, state.Draining, state.Runs, state.Totals);
    }

    [LoggerMessage(1841, LogLevel.Information, "The store is not told which instances are alive now: {Why}")]
    private partial void LogAway(string why, Exception? exception);

    [LoggerMessage(1842, LogLevel.Debug, "This instance says no more that it is alive")]
    private partial void LogEnded();
}
