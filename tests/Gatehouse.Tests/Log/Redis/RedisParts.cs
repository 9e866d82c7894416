using Gatehouse.Log.Redis;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>All parts that talk to Redis, wired as an instance wires them, with names that no other test has.</summary>
internal sealed class RedisParts : IAsyncDisposable
{
    private static int _last;

    private readonly string _prefix = $"test-{Environment.ProcessId}-{Interlocked.Increment(ref _last)}:";

    /// <param name="address">As in <c>ConnectionStrings:Redis</c>.</param>
    /// <param name="beside">Another instance, whose names these share.</param>
    public RedisParts(string address, int window = 20, TimeSpan? keep = null, RedisTimings? timings = null, RedisParts? beside = null, string? prefix = null)
    {
        _prefix = prefix ?? beside?._prefix ?? _prefix;
        Names = new(_prefix);
        Connection = new(ParseAddress(address), TimeProvider.System, NullLogger<RedisConnection>.Instance);
        Subscriptions = new(Connection, Names, Instance, timings ?? new(), TimeProvider.System, NullLogger<RedisSubscriptions>.Instance);
        Log = new(Connection, Subscriptions, Names, window, keep ?? TimeSpan.FromHours(1));
        Check = new(Connection, Subscriptions, Names, Instance, TimeProvider.System);
    }

    public Instance Instance { get; } = Instance.Current("test");

    public RedisNames Names { get; }

    public RedisConnection Connection { get; }

    public RedisSubscriptions Subscriptions { get; }

    public RedisConversationLog Log { get; }

    public RedisCheck Check { get; }

    public async Task<IDatabase> DatabaseAsync() => await Connection.DatabaseAsync(default);

    /// <summary>Lets time pass for a thread's log: its keys have less of it left.</summary>
    public async Task PassAsync(string threadId, TimeSpan time)
    {
        var database = await DatabaseAsync();
        foreach (var key in Names.Log(threadId))
            if (await database.KeyTimeToLiveAsync(key) is { } left)
                await database.KeyExpireAsync(key, left - time);
    }

    public async ValueTask DisposeAsync()
    {
        await Subscriptions.DisposeAsync();
        await Connection.DisposeAsync();
    }

    private static RedisAddress ParseAddress(string text)
    {
        var errors = new List<string>();
        return RedisAddress.Parse("ConnectionStrings:Redis", text, errors) ?? throw new ArgumentException(errors[0], nameof(text));
    }
}
