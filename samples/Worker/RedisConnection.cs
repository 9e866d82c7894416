using Gatehouse.Readiness;
using StackExchange.Redis;

namespace Worker;

/// <summary>
/// The one connection to Redis, and what it says about its own breaks. The client mends a broken connection so quickly that no
/// poll sees it, and calls itself connected while the server hangs: so its events break the node's window, and only a whole round
/// trip counts as a success.
/// </summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private readonly ConfigurationOptions _options;
    private readonly ILogger<RedisConnection> _logger;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connected;

    public RedisConnection(ConfigurationOptions options, ILogger<RedisConnection> logger)
    {
        _options = options.Clone();
        _options.AbortOnConnectFail = false;                // a Redis that is late is a waiting node, not an exception
        _options.BacklogPolicy = BacklogPolicy.FailFast;    // a command that cannot be sent says so now, instead of at its timeout
        _options.ReconnectRetryPolicy = new LinearRetry(500);
        _options.AllowAdmin = true;                         // the client counts INFO, which tells uptime and role, among an administrator's commands
        _logger = logger;
        _connected = new(ConnectAsync);
    }

    /// <summary>Every break of the connection.</summary>
    public ConnectionEvents Events { get; } = new();

    /// <summary>The client, connected or trying to. The first call makes it.</summary>
    public Task<ConnectionMultiplexer> ClientAsync(CancellationToken cancellationToken) => _connected.Value.WaitAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_connected.IsValueCreated) await (await _connected.Value).DisposeAsync();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var client = await ConnectionMultiplexer.ConnectAsync(_options);
        client.ConnectionFailed += (_, failed) => Events.ReportBroken($"{failed.ConnectionType} connection: {failed.FailureType}");
        client.ConnectionRestored += (_, restored) => _logger.LogInformation("The {Type} connection to Redis is back", restored.ConnectionType);
        // What failed before we listened has told nobody: a server that was away at first has not earned the short window.
        if (!client.IsConnected) Events.ReportBroken("not connected at first");
        return client;
    }
}
