using Gatehouse.Readiness;

namespace Gatehouse.Platform.Redis;

/// <summary>Trap 13, with a real Redis: a server that dies and comes back.</summary>
public sealed class RestartedServerTests
{
    private const int Restarts = 3;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Trap 13. The platform: between the deaths of the server most PINGs come back, and after each restart three in a row do. Ours: a
    /// settled server gets the short window, one that has restarted the long one, so a node is never ready between its deaths.
    /// </summary>
    [Fact(Timeout = 180_000)]
    public async Task Trap_13_restarts_leave_most_PINGs_answered_and_a_node_waits_the_long_window_after_the_last()
    {
        await using var redis = await RedisServer.StartAsync();
        await using (var administrator = await Administrator.ConnectAsync(redis)) await administrator.SettledAsync();
        var begun = TimeProvider.System.GetUtcNow();
        await using var ours = await RedisGraph.StartAsync(redis, Window);
        await ours.Graph.WhenReadyAsync().WaitAsync(Waiting.Patience);
        Assert.InRange(ours.ReadyAt[0] - begun, TimeSpan.Zero, Window);

        await using var stock = await StockPoller.StartAsync(redis);
        var up = begun;
        for (var restart = 0; restart < Restarts; restart++)
        {
            await redis.KillAsync();
            await redis.StartAgainAsync();
            up = TimeProvider.System.GetUtcNow();
            await stock.FineAsync(inARow: 3);
        }
        Assert.True(stock.Failed >= Restarts && stock.Answered > 0.5, $"A client that is polled shows the deaths of its server now: {stock}");

        await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Ready);
        Assert.True(ours.ReadyAt is [_, var again] && again >= up + Window, ours.ToString());
    }
}
