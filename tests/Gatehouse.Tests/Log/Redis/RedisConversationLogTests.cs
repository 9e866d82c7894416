using Gatehouse.Log;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>The contract of all logs, on a Redis.</summary>
public sealed class RedisConversationLogTests(SharedRedis redis) : ConversationLogContract, IAsyncLifetime
{
    private string? _address;
    private RedisParts? _parts;

    public async ValueTask InitializeAsync() => _address = (await redis.ServerAsync()).Endpoint;

    public ValueTask DisposeAsync() => _parts?.DisposeAsync() ?? default;

    private protected override IConversationLog Create(int window, TimeSpan keep) => (_parts = new(_address!, window, keep)).Log;

    private protected override Task PassAsync(TimeSpan time) => _parts!.PassAsync("thread", time);

    private protected override Task InEffectAsync(FollowerRecord told) => told.WaitUntilMissedAsync();
}

/// <summary>The contract of all logs, on a Redis Cluster.</summary>
public sealed class RedisClusterConversationLogTests(SharedRedis redis) : ConversationLogContract, IAsyncLifetime
{
    private string? _address;
    private RedisParts? _parts;

    public async ValueTask InitializeAsync() => _address = (await redis.ClusterAsync()).Endpoints;

    public ValueTask DisposeAsync() => _parts?.DisposeAsync() ?? default;

    private protected override IConversationLog Create(int window, TimeSpan keep) => (_parts = new(_address!, window, keep)).Log;

    private protected override Task PassAsync(TimeSpan time) => _parts!.PassAsync("thread", time);

    private protected override Task InEffectAsync(FollowerRecord told) => told.WaitUntilMissedAsync();
}
