using System.Collections.Concurrent;
using System.Globalization;
using StackExchange.Redis;

namespace Gatehouse.Platform.Redis;

/// <summary>
/// What a ready-made check sees of Redis: a client as it comes, asked again and again whether it is connected and whether a PING comes
/// back. Counts what the check does not look at, the client's own events.
/// </summary>
internal sealed class StockPoller : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionMultiplexer _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<Sample> _samples = [];
    private readonly Task _polling;
    private int _failed;

    private StockPoller(ConnectionMultiplexer client)
    {
        _client = client;
        _client.ConnectionFailed += (_, _) => Interlocked.Increment(ref _failed);
        _polling = Task.Run(PollAsync);
    }

    /// <summary>The share of PINGs that came back in time, from 0 to 1.</summary>
    public double Answered => Share(sample => sample.Answered);

    /// <summary>The share of looks at which the client called itself connected, from 0 to 1.</summary>
    public double Connected => Share(sample => sample.IsConnected);

    /// <summary>How often the client has said that its connection failed.</summary>
    public int Failed => Volatile.Read(ref _failed);

    /// <param name="timeout">How long a PING may take; null for the client's own default.</param>
    public static async Task<StockPoller> StartAsync(RedisServer redis, TimeSpan? timeout = null)
    {
        var options = ConfigurationOptions.Parse(redis.Endpoint);
        if (timeout is { } limit) options.AsyncTimeout = (int)limit.TotalMilliseconds;
        return new(await ConnectionMultiplexer.ConnectAsync(options));
    }

    /// <summary>Waits until so many looks in a row, all begun from now on, have found nothing wrong.</summary>
    public Task FineAsync(int inARow) => UntilAsync(samples =>
        samples.Count >= inARow && samples.TakeLast(inARow).All(sample => sample is { IsConnected: true, Answered: true }));

    /// <summary>Waits until a PING that was sent from now on has not been answered in time.</summary>
    public Task SilentAsync() => UntilAsync(samples => samples.Any(sample => !sample.Answered));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"of {_samples.Count} PINGs {Answered:P0} answered; connected at {Connected:P0}; {Failed} connections failed");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _polling;
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private double Share(Func<Sample, bool> holds) =>
        _samples.ToList() is { Count: > 0 } samples ? (double)samples.Count(holds) / samples.Count : 0;

    private async Task UntilAsync(Func<IReadOnlyList<Sample>, bool> holds)
    {
        var from = TimeProvider.System.GetTimestamp();
        using var patience = new CancellationTokenSource(Waiting.Patience);
        while (!holds([.. _samples.Where(sample => sample.At >= from)]))
        {
            if (patience.IsCancellationRequested) throw new TimeoutException(ToString());
            await Task.Delay(Pace / 2);
        }
    }

    private async Task PollAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var at = TimeProvider.System.GetTimestamp();
            var connected = _client.IsConnected;
            _samples.Enqueue(new(at, connected, await AnswersAsync()));
            await Task.Delay(Pace, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await _client.GetDatabase().PingAsync();
            return true;
        }
        catch (Exception fault) when (fault is RedisException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>One look, with when it began.</summary>
    private sealed record Sample(long At, bool IsConnected, bool Answered);
}
