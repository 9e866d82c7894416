using Gatehouse.Readiness;
using StackExchange.Redis;
using Worker;

namespace Gatehouse.Platform.Redis;

/// <summary>A host whose graph has the sample's Redis node, with the client's events joined to it.</summary>
internal sealed class RedisGraph : IAsyncDisposable
{
    private readonly IHost _host;

    private RedisGraph(RedisServer redis, Stability stable, NodePolicy? policy)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(services => new RedisConnection(
            ConfigurationOptions.Parse(redis.Endpoint), services.GetRequiredService<ILogger<RedisConnection>>()));
        builder.Services.AddReadiness(graph => graph.Node("redis", RedisNode.RoundTripsAsync, stable: stable, policy: policy));
        _host = builder.Build();
        Graph = _host.Services.GetRequiredService<ReadinessGraph>();
    }

    public ReadinessGraph Graph { get; }

    /// <summary>When the node became ready, every time.</summary>
    public IReadOnlyList<DateTimeOffset> ReadyAt =>
        [.. Graph.History("redis").Where(change => change.State == NodeState.Ready).Select(change => change.At)];

    /// <param name="window">How long it must be unbroken; while nothing has broken, a server that is a second old gets the short window.</param>
    public static async Task<RedisGraph> StartAsync(RedisServer redis, TimeSpan window, NodePolicy? policy = null)
    {
        var stable = Stability.Unbroken(window, services => services.GetRequiredService<RedisConnection>().Events);
        var graph = new RedisGraph(redis, stable with { PeerTrustedAfter = TimeSpan.FromSeconds(1) }, policy);
        await graph._host.StartAsync().WaitAsync(Waiting.Patience);
        return graph;
    }

    public override string ToString() =>
        string.Join('\n', Graph.History("redis").Select(change => $"{change.At:HH:mm:ss.fff} {change.State.ToText()} {change.Reason}"));

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().WaitAsync(Waiting.Patience);
        _host.Dispose();
    }
}
