using Gatehouse.Protocol;
using Gatehouse.Readiness;
using Gatehouse.Testing.Servers;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>Members of a list that nothing goes through: away, dying or hung they cost neither readiness nor a subscription.</summary>
[Collection(nameof(Alone))]
public sealed class RedisSpareTests
{
    private const string Thread = "thread";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("dies")]
    [InlineData("hangs")]
    public async Task A_replica_that_goes_away_breaks_nothing_and_is_told_until_it_is_back(string how)
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}");
        await using var parts = new RedisParts($"{primary.Endpoint},{replica.Endpoint},asyncTimeout=500");
        var told = new FollowerRecord();
        using var following = parts.Log.Follow(Thread, told.Published, told.Missed);
        await told.WaitUntilMissedAsync();
        await UntilAsync(parts, result => result.Status is CheckStatus.Healthy);
        var breaks = parts.Connection.Breaks;

        if (how == "dies") await replica.KillAsync();
        else replica.Process.Signal(UnixSignal.Stop);

        var away = await UntilAsync(parts, result => result.Status is not CheckStatus.Healthy);
        Assert.Equal((CheckStatus.Degraded, "spare away"), (away.Status, away.Signature));
        Assert.Contains(replica.Endpoint, away.Reason, StringComparison.Ordinal);
        if (how == "dies") await replica.StartAgainAsync();
        else replica.Process.Signal(UnixSignal.Continue);
        await UntilAsync(parts, result =>
        {
            Assert.NotEqual(CheckStatus.Failed, result.Status);
            return result.Status is CheckStatus.Healthy;
        });
        await parts.Log.BeginAsync(Thread, 1, Position.Start, default);
        await parts.Log.AppendAsync(Thread, new(1, Position.Start, [new(Position.Start.Next([1]), new byte[] { 1 })], Position.Start), default);
        await told.WaitAsync(batches: 1);
        Assert.Equal((0, breaks), (told.TimesMissed, parts.Connection.Breaks));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_list_with_a_member_that_was_never_there_is_served_by_the_others(bool first)
    {
        await using var live = await RedisServer.StartAsync();
        await using var dead = RedisServer.Stopped();
        await using var parts = new RedisParts(first ? $"{dead.Endpoint},{live.Endpoint}" : $"{live.Endpoint},{dead.Endpoint}");
        await IsServedAsync(parts, dead);
    }

    [Fact]
    public async Task A_cluster_with_a_seed_that_was_never_there_is_served_by_its_nodes()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var dead = RedisServer.Stopped();
        await using var parts = new RedisParts($"{dead.Endpoint},{cluster.Endpoints}");
        await IsServedAsync(parts, dead);
    }

    // Heard over one connection all the while, however often it is asked.
    private static async Task IsServedAsync(RedisParts parts, RedisServer dead)
    {
        var told = new FollowerRecord();
        using var following = parts.Log.Follow(Thread, told.Published, told.Missed);
        await told.WaitUntilMissedAsync();
        await UntilAsync(parts, result => result.Status is CheckStatus.Degraded);
        for (var i = 0; i < 20; i++)
        {
            var result = await parts.Check.CheckAsync(default).WaitAsync(Patience);
            Assert.Equal((CheckStatus.Degraded, "spare away"), (result.Status, result.Signature));
            Assert.Contains(dead.Endpoint, result.Reason, StringComparison.Ordinal);
        }
        Assert.Equal(0, told.TimesMissed);
    }

    private static async Task<CheckResult> UntilAsync(RedisParts parts, Func<CheckResult, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var result = await parts.Check.CheckAsync(default).WaitAsync(Patience);
            if (condition(result)) return result;
            Assert.False(patience.IsCancellationRequested, $"{result.Status} {result.Signature}: {result.Reason}");
            await Task.Delay(50);
        }
    }
}
