using Gatehouse.Log.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Runs;

/// <summary>The signals of a command, which is no instance itself.</summary>
internal sealed class ControlLine : IAsyncDisposable
{
    private readonly RedisConnection _connection;
    private readonly RedisSubscriptions _subscriptions;

    public ControlLine(RedisAddress address, TimeProvider clock)
    {
        var (self, names) = (Instance.Current(null), new RedisNames(database: address.Database));
        _connection = new(address, clock, NullLogger<RedisConnection>.Instance);
        _subscriptions = new(_connection, names, self, new(), clock, NullLogger<RedisSubscriptions>.Instance);
        Signals = new(_connection, _subscriptions, names, self, NullLogger<RedisSignals>.Instance);
    }

    public RedisSignals Signals { get; }

    public async ValueTask DisposeAsync()
    {
        await _subscriptions.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
