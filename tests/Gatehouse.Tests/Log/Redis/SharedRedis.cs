using Gatehouse.Testing.Servers;
using Gatehouse.Tests.Log.Redis;

[assembly: AssemblyFixture(typeof(SharedRedis))]

namespace Gatehouse.Tests.Log.Redis;

/// <summary>One Redis, and one cluster, for all tests that leave them as they found them. Each is started when it is first needed.</summary>
public sealed class SharedRedis : IAsyncLifetime
{
    private readonly Lazy<Task<RedisServer>> _server = new(() => RedisServer.StartAsync());
    private readonly Lazy<Task<RedisCluster>> _cluster = new(RedisCluster.StartAsync);

    public Task<RedisServer> ServerAsync() => _server.Value;

    public Task<RedisCluster> ClusterAsync() => _cluster.Value;

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
        if (_cluster.IsValueCreated) await (await _cluster.Value).DisposeAsync();
    }
}
