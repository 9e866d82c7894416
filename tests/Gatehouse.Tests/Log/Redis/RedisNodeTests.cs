using Gatehouse.Readiness;
using Gatehouse.Testing.Lines;
using Gatehouse.Testing.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>Redis as a node of a running graph: what breaks its window, and what does not.</summary>
[Collection(nameof(Alone))]
public sealed class RedisNodeTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_Redis_whose_connections_are_killed_all_the_time_is_never_stable_though_it_answers_every_time()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await Node.StartAsync(server);
        await node.UntilAsync(state => state.State is NodeState.Stabilising);

        for (var kill = 0; kill < 12; kill++)
        {
            await server.AskAsync("CLIENT", "KILL", "TYPE", kill % 2 == 0 ? "pubsub" : "normal", "SKIPME", "yes");
            await node.UntilAsync(state => state.Reason?.StartsWith("the window starts again", StringComparison.Ordinal) == true || state.State is NodeState.Failed);
            Assert.False(node.Graph.IsReady);
        }
        Assert.DoesNotContain(node.Graph.History("redis"), one => one.State is NodeState.Ready);

        var left = TimeProvider.System.GetTimestamp();
        await node.UntilAsync(state => state.State is NodeState.Ready);
        Assert.InRange(TimeProvider.System.GetElapsedTime(left), Window / 2, Patience);
    }

    [Fact]
    public async Task A_Redis_that_has_been_up_for_a_while_and_shows_no_break_is_ready_after_the_short_window()
    {
        await using var server = await RedisServer.StartAsync();
        while ((await server.AskAsync("INFO", "server")).Contains("uptime_in_seconds:0", StringComparison.Ordinal)) await Task.Delay(50);
        await using var node = await Node.StartAsync(server, window: Patience, trustedAfter: TimeSpan.FromSeconds(1));

        await node.UntilAsync(state => state.State is NodeState.Ready);     // the long window would be as long as the patience

        Assert.DoesNotContain(node.Graph.History("redis"), one => one.Reason is not null);
    }

    [Fact]
    public async Task A_replica_that_dies_and_comes_back_takes_no_readiness_away()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}");
        await using var node = await Node.StartAsync($"{primary.Endpoint},{replica.Endpoint}");
        await node.UntilAsync(state => state.State is NodeState.Ready);

        await replica.KillAsync();
        await node.UntilAsync(state => state.State is NodeState.Degraded);
        await replica.StartAgainAsync();

        await node.UntilAsync(state => state.State is NodeState.Ready);
        Assert.DoesNotContain(node.Graph.History("redis"), one => one.State is NodeState.Failed);
    }

    [Fact]
    public async Task A_list_with_a_member_that_was_never_there_becomes_ready()
    {
        await using var server = await RedisServer.StartAsync();
        await using var dead = RedisServer.Stopped();
        await using var node = await Node.StartAsync($"{dead.Endpoint},{server.Endpoint}");

        await node.UntilAsync(_ => node.Graph.IsReady);
    }

    [Fact]
    public async Task One_moment_in_which_all_connections_break_leaves_it_in_doubt_and_up()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await Node.StartAsync(server);
        await node.UntilAsync(state => state.State is NodeState.Ready);

        Assert.Equal("3", await server.AskAsync("CLIENT", "KILL", "LADDR", server.Endpoint));

        await node.UntilToldAsync("broke");
        await node.UntilAsync(state => state.State is NodeState.Degraded);
        await node.UntilAsync(state => state.State is NodeState.Ready);
        Assert.DoesNotContain(node.Graph.History("redis"), one => one.State is NodeState.Failed);
    }

    [Fact]
    public async Task A_restart_of_a_Redis_that_was_ready_breaks_it_and_a_whole_window_mends_it()
    {
        await using var server = await RedisServer.StartAsync();
        await using var node = await Node.StartAsync(server);
        await node.UntilAsync(state => state.State is NodeState.Ready);

        await server.KillAsync();
        await server.StartAgainAsync();

        await node.UntilToldAsync("broke");
        var back = TimeProvider.System.GetTimestamp();
        await node.UntilAsync(state => state.State is NodeState.Ready);
        Assert.InRange(TimeProvider.System.GetElapsedTime(back), Window / 2, Patience);
    }

    [Fact]
    public async Task A_restart_that_no_connection_has_shown_is_a_break()
    {
        await using var before = await RedisServer.StartAsync();
        await using var after = await RedisServer.StartAsync();
        await using var line = SilentProxy.Start(before.Port);
        await using var parts = new RedisParts($"127.0.0.1:{line.Port},protocol=resp2", timings: new() { EchoEvery = TimeSpan.FromHours(1) });
        await using var node = await Node.StartAsync(parts, (_, _) => Task.FromResult(CheckResult.Healthy));
        Assert.Equal(CheckStatus.Healthy, (await parts.Check.CheckAsync(default)).Status);

        await line.LeadAsync(after.Port);
        await parts.Check.CheckAsync(default);

        await node.UntilToldAsync("another run_id");
        Assert.DoesNotContain(node.Graph.History("breaks"), one => one.Reason?.Contains("broke", StringComparison.Ordinal) == true);
    }

    private sealed class Node(IHost host, RedisParts? parts) : IAsyncDisposable
    {
        public ReadinessGraph Graph { get; } = host.Services.GetRequiredService<ReadinessGraph>();

        public static Task<Node> StartAsync(RedisServer server, TimeSpan? window = null, TimeSpan? trustedAfter = null) =>
            StartAsync(server.Endpoint, window, trustedAfter);

        public static async Task<Node> StartAsync(string address, TimeSpan? window = null, TimeSpan? trustedAfter = null)
        {
            var parts = new RedisParts(address);
            var host = await HostAsync(parts, (_, cancellationToken) => parts.Check.CheckAsync(cancellationToken), window ?? Window, trustedAfter ?? Patience);
            return new(host, parts);
        }

        public static async Task<Node> StartAsync(RedisParts parts, NodeCheck check) => new(await HostAsync(parts, check, Window, Patience), null);

        private static async Task<IHost> HostAsync(RedisParts parts, NodeCheck check, TimeSpan window, TimeSpan trustedAfter)
        {
            var builder = new HostApplicationBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddReadiness(graph => graph
                .Node("redis", check, policy: new() { Pace = TimeSpan.FromMilliseconds(200) },
                    stable: Stability.Unbroken(window, parts.Connection.Events) with { PeerTrustedAfter = trustedAfter })
                .Node("breaks", (_, _) => Task.FromResult(CheckResult.Healthy), policy: new() { FallAfter = 1000 },
                    stable: Stability.Unbroken(TimeSpan.FromMilliseconds(1), parts.Connection.Events)));
            var host = builder.Build();
            await host.StartAsync();
            return host;
        }

        public async Task UntilAsync(Func<NodeSnapshot, bool> condition)
        {
            using var patience = new CancellationTokenSource(Patience);
            await foreach (var snapshot in Graph.WatchAsync(patience.Token))
                if (condition(snapshot.Find("redis")!)) return;
        }

        /// <summary>Waits until the connections have reported a break with these words.</summary>
        public async Task UntilToldAsync(string words)
        {
            using var patience = new CancellationTokenSource(Patience);
            while (!Graph.History("breaks").Any(one => one.Reason?.Contains(words, StringComparison.Ordinal) == true)) await Task.Delay(20, patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
            if (parts is not null) await parts.DisposeAsync();
        }
    }
}
