using Gatehouse.Readiness;

namespace Gatehouse.Platform.Redis;

/// <summary>Trap 14, with a real Redis: a server that takes commands and answers none.</summary>
public sealed class StalledServerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(100);
    private static readonly NodePolicy Quick = new() { Timeout = TimeSpan.FromMilliseconds(500), Pace = Often, PaceInDoubt = Often };

    /// <summary>
    /// Trap 14. The platform: the client calls itself connected all the while, and no connection fails, though no PING comes back. Ours:
    /// the check loses its race, so the node fails, after three times.
    /// </summary>
    [Theory(Timeout = 120_000)]
    [InlineData("CLIENT PAUSE 4000")]
    [InlineData("DEBUG SLEEP 4")]
    public async Task Trap_14_a_stalled_server_is_called_connected_and_its_node_fails(string command)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var administrator = await Administrator.ConnectAsync(redis);
        await administrator.SettledAsync();
        await using var ours = await RedisGraph.StartAsync(redis, Window, Quick);
        await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Ready);
        await using var stock = await StockPoller.StartAsync(redis, timeout: TimeSpan.FromSeconds(1));
        await stock.FineAsync(inARow: 3);

        var silent = stock.SilentAsync();
        await administrator.StallAsync(command);
        var failed = await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Failed);
        Assert.Equal(("no answer within 0.5 s", "timeout"), (failed.Reason, failed.Signature));
        await silent;
        Assert.True(stock is { Connected: 1, Failed: 0 }, $"The client notices a server that does not answer now: {stock}");

        await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Ready);
    }

    /// <summary>
    /// Trap 14, a shorter one. The platform: every PING comes back, late, which nobody looks at. Ours: the node is degraded, because it is
    /// slow.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Trap_14_a_slow_server_is_fine_to_PINGs_and_its_node_is_degraded()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var administrator = await Administrator.ConnectAsync(redis);
        await administrator.SettledAsync();
        await using var ours = await RedisGraph.StartAsync(redis, Window, new() { SlowAfter = TimeSpan.FromMilliseconds(300), Pace = Often });
        await using var stock = await StockPoller.StartAsync(redis);
        await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Ready);
        await stock.FineAsync(inARow: 3);

        await administrator.StallAsync("DEBUG SLEEP 1");
        var slow = await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Degraded);
        Assert.Equal(("slow", true, true), (slow.Signature, slow.IsUp, ours.Graph.IsReady));
        await stock.FineAsync(inARow: 3);
        Assert.True(stock is { Connected: 1, Answered: 1, Failed: 0 }, $"{stock}");
    }
}
