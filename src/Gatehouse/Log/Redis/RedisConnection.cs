using System.Net;
using Gatehouse.Readiness;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// The connection for commands, opened when it is first needed. The client mends it; meanwhile every call fails at once, and while
/// Redis hangs every call fails in time.
/// </summary>
internal sealed partial class RedisConnection(RedisAddress address, TimeProvider clock, ILogger<RedisConnection> logger) : IAsyncDisposable
{
    // What befalls a server ends all connections within milliseconds, and is one break, not one for each.
    private static readonly TimeSpan OneBreak = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewalPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();                // guards all below
    private readonly HashSet<EndPoint> _broken = [];
    private Task<ConnectionMultiplexer>? _client;
    private long? _reportedAt;
    private int _breaks;
    private long? _renewedAt;
    private bool _disposed;

    public RedisAddress Address => address;

    /// <summary>The breaks of all connections to Redis.</summary>
    public ConnectionEvents Events { get; } = new();

    /// <summary>How many breaks there were.</summary>
    public int Breaks
    {
        get { lock (_gate) return _breaks; }
    }

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

    /// <summary>
    /// Gives the connection up and has the next call open another: the address leads to a server that is not the right one any more,
    /// and may lead elsewhere by now. Does nothing if that was done a moment ago.
    /// </summary>
    /// <returns>Whether it was given up.</returns>
    public bool Renew(string why)
    {
        Task<ConnectionMultiplexer> given;
        lock (_gate)
        {
            if (_disposed || _client is not { IsCompletedSuccessfully: true } || IsWithin(_renewedAt, RenewalPause)) return false;
            _renewedAt = clock.GetTimestamp();
            given = _client;
            _client = null;
            _broken.Clear();
        }
        LogRenewed(why);
        ReportBroken($"the connection was given up: {why}");
        CloseLater(given);
        return true;
    }

    /// <summary>Reports a break to <see cref="Events"/>, unless one was reported just now.</summary>
    public void ReportBroken(string what)
    {
        lock (_gate)
        {
            if (IsWithin(_reportedAt, OneBreak)) return;
            _reportedAt = clock.GetTimestamp();
            _breaks++;
        }
        Events.ReportBroken(what);
    }

    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? client;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            client = _client;
        }
        // Nobody waits for an answer any more, and a silent server would give none.
        if (client is { IsCompletedSuccessfully: true }) await client.Result.CloseAsync(allowCommandsToComplete: false);
        else if (client is not null) CloseLater(client);
    }

    // An attempt to connect cannot be cancelled, and is over soon.
    private static void CloseLater(Task<ConnectionMultiplexer> client) => client.ContinueWith(
        static connected => connected.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private bool IsWithin(long? since, TimeSpan time) => since is { } moment && clock.GetElapsedTime(moment) < time;

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var options = address.Options();
        options.AbortOnConnectFail = false;             // a Redis that is late is waited for
        options.ReconnectRetryPolicy = new LinearRetry(500);
        var client = await ConnectionMultiplexer.ConnectAsync(options);
        client.ConnectionFailed += (_, failed) => Broke(client, failed);
        client.ConnectionRestored += (_, restored) => Restored(restored);
        // What failed before anybody listened has told nobody.
        if (!client.IsConnected) ReportBroken("there was no connection to Redis at first");
        return client;
    }

    private void Broke(ConnectionMultiplexer client, ConnectionFailedEventArgs failed)
    {
        LogBroken(RedisAddress.NameOf(failed.EndPoint), failed.FailureType);
        if (IsSpare(client, failed)) return;
        lock (_gate) _broken.Add(failed.EndPoint!);
        ReportBroken($"the connection to {RedisAddress.NameOf(failed.EndPoint)} broke: {failed.FailureType}");
    }

    // Nothing goes through it: a replica, or a member of the list that has never been there while others are. The check tells of it.
    private static bool IsSpare(ConnectionMultiplexer client, ConnectionFailedEventArgs failed) =>
        failed.FailureType is ConnectionFailureType.UnableToConnect
            ? client.IsConnected
            : client.GetServers().Any(server => server.IsReplica && server.EndPoint.Equals(failed.EndPoint));

    // The event comes for the first connection as well, which mends nothing.
    private void Restored(ConnectionFailedEventArgs restored)
    {
        lock (_gate)
            if (!_broken.Remove(restored.EndPoint!)) return;
        ReportBroken($"the connection to {RedisAddress.NameOf(restored.EndPoint)} came back");
        LogRestored(RedisAddress.NameOf(restored.EndPoint));
    }

    [LoggerMessage(1211, LogLevel.Warning, "The connection to Redis at {Server} broke: {Failure}")]
    private partial void LogBroken(string server, ConnectionFailureType failure);

    [LoggerMessage(1212, LogLevel.Information, "The connection to Redis at {Server} is back")]
    private partial void LogRestored(string server);

    [LoggerMessage(1215, LogLevel.Warning, "The connection to Redis is given up and opened anew: {Why}")]
    private partial void LogRenewed(string why);
}
