using System.Net;
using Gatehouse.Readiness;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// The connection for commands, opened when it is first needed. The client mends it; meanwhile every call fails at once, and while
/// Redis hangs every call fails in time. Breaks are reported to <see cref="Events"/>, those of the subscriptions included.
/// </summary>
internal sealed partial class RedisConnection(RedisAddress address, ILogger<RedisConnection> logger) : IAsyncDisposable
{
    private readonly Lock _gate = new();                // guards all below
    private readonly HashSet<EndPoint> _broken = [];
    private Task<ConnectionMultiplexer>? _client;
    private bool _disposed;

    public RedisAddress Address => address;

    /// <summary>The breaks of all connections to Redis.</summary>
    public ConnectionEvents Events { get; } = new();

    /// <summary>The client, connected or trying to.</summary>
    public Task<ConnectionMultiplexer> ClientAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_client is null or { IsCompleted: true, IsCompletedSuccessfully: false }) _client = ConnectAsync();
            return _client.IsCompletedSuccessfully ? _client : _client.WaitAsync(cancellationToken);
        }
    }

    public async Task<IDatabase> DatabaseAsync(CancellationToken cancellationToken) => (await ClientAsync(cancellationToken)).GetDatabase();

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? client;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            client = _client;
        }
        if (client is { IsCompletedSuccessfully: true }) await client.Result.DisposeAsync();
        // An attempt under way cannot be cancelled. It is over soon.
        else if (client is not null)
            _ = client.ContinueWith(static late => late.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var options = address.Options();
        options.AbortOnConnectFail = false;             // a Redis that is late is waited for
        options.ReconnectRetryPolicy = new LinearRetry(500);
        var client = await ConnectionMultiplexer.ConnectAsync(options);
        client.ConnectionFailed += (_, failed) => Broke(failed);
        client.ConnectionRestored += (_, restored) => Restored(restored);
        // What failed before anybody listened has told nobody.
        if (!client.IsConnected) Events.ReportBroken("there was no connection to Redis at first");
        return client;
    }

    private void Broke(ConnectionFailedEventArgs failed)
    {
        lock (_gate) _broken.Add(failed.EndPoint!);
        Events.ReportBroken($"the connection to {RedisAddress.NameOf(failed.EndPoint)} broke: {failed.FailureType}");
        LogBroken(RedisAddress.NameOf(failed.EndPoint), failed.FailureType);
    }

    // The event comes for the first connection as well, which mends nothing.
    private void Restored(ConnectionFailedEventArgs restored)
    {
        lock (_gate)
            if (!_broken.Remove(restored.EndPoint!)) return;
        Events.ReportBroken($"the connection to {RedisAddress.NameOf(restored.EndPoint)} came back");
        LogRestored(RedisAddress.NameOf(restored.EndPoint));
    }

    [LoggerMessage(1211, LogLevel.Warning, "The connection to Redis at {Server} broke: {Failure}")]
    private partial void LogBroken(string server, ConnectionFailureType failure);

    [LoggerMessage(1212, LogLevel.Information, "The connection to Redis at {Server} is back")]
    private partial void LogRestored(string server);
}
