using Gatehouse.Readiness;

namespace Gatehouse.Platform.Redis;

/// <summary>Trap 12, with a real Redis: connections that are killed faster than anybody polls.</summary>
public sealed class KilledConnectionTests
{
    private const int Kills = 25;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Trap 12. The platform: while its connections are killed every 200 ms for 5 s, the client calls itself connected and the PINGs come
    /// back, because it mends a connection faster than anybody polls; only its events tell. Ours: every event opens the window again, so a
    /// node is never stable meanwhile, whether it was ready before or begins in the middle of it, and is a whole window after the last.
    /// </summary>
    [Fact(Timeout = 120_000)]
    public async Task Trap_12_killed_connections_are_unseen_by_PINGs_and_a_node_is_never_stable_within()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var killer = await Administrator.ConnectAsync(redis);
        await killer.SettledAsync();
        await using var settled = await RedisGraph.StartAsync(redis, Window);
        await settled.Graph.WhenReadyAsync().WaitAsync(Waiting.Patience);
        await using var stock = await StockPoller.StartAsync(redis);
        await stock.FineAsync(inARow: 3);

        using var pace = new PeriodicTimer(Between);
        await killer.KillClientsAsync();
        await using var newcomer = await RedisGraph.StartAsync(redis, Window);
        for (var kill = 1; kill < Kills; kill++)
        {
            await pace.WaitForNextTickAsync();
            await killer.KillClientsAsync();
        }
        var last = TimeProvider.System.GetUtcNow();
        Assert.True(stock.Failed > Kills / 2, $"{stock}");
        Assert.True(stock.Answered > 0.8 && stock.Connected > 0.8, $"The client shows its breaks to a poll now: {stock}");
        Assert.Equal((false, false), (settled.Graph.IsReady, newcomer.Graph.IsReady));

        foreach (var ours in new[] { settled, newcomer })
            await ours.Graph.UntilAsync("redis", node => node.State == NodeState.Ready);
        Assert.True(settled.ReadyAt is [_, var again] && again >= last + Window, settled.ToString());
        Assert.True(newcomer.ReadyAt is [var first] && first >= last + Window, newcomer.ToString());
    }
}
