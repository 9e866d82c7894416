using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness.Tests;

/// <summary>Registered health checks as nodes, with a ready-made package (AspNetCore.HealthChecks.Uris) against real servers.</summary>
public sealed class HealthCheckTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task One_line_makes_every_registered_health_check_a_node()
    {
        await using var peer = await ProbeServer.StartAsync(graph => graph.Node("peer", Checks.Healthy));
        using var nobody = new TcpListener(IPAddress.Loopback, 0);
        nobody.Start();
        var refused = $"http://{nobody.LocalEndpoint}/";
        nobody.Stop();
        await using var graph = new GraphHarness(declare => declare.HealthChecks(), first: services => services.AddHealthChecks()
            .AddUrlGroup(new Uri($"{peer.Address}/health"), "up")
            .AddUrlGroup(new Uri($"{peer.Address}/nowhere"), "wrong")
            .AddUrlGroup(new Uri(refused), "optional", HealthStatus.Degraded)
            .AddUrlGroup(new Uri(refused), "down")
            .Add(new("broken", _ => throw new NotSupportedException("cannot be made"), HealthStatus.Unhealthy, tags: null))).Start();

        await graph.UntilAsync("up", NodeState.Ready);
        Assert.Contains("not responding with code", (await graph.UntilAsync("wrong", NodeState.Failed)).Reason, StringComparison.Ordinal);
        await graph.UntilAsync("optional", NodeState.Degraded);
        Assert.Equal("ConnectionRefused", (await graph.UntilAsync("down", NodeState.Failed)).Signature);
        Assert.Equal("NotSupportedException: cannot be made", (await graph.UntilAsync("broken", NodeState.Failed)).Reason);
    }

    [Fact]
    public async Task The_timeout_of_a_registration_is_enforced_by_a_race()
    {
        var asked = new TaskCompletionSource();
        await using var graph = new GraphHarness(declare => declare.HealthCheck("deaf"), first: services => services.AddHealthChecks()
            .AddAsyncCheck("deaf", () =>
            {
                asked.TrySetResult();
                return new TaskCompletionSource<HealthCheckResult>().Task;
            }, tags: null, timeout: 2 * Second)).Start();
        await asked.Task.WaitAsync(GraphHarness.Patience);

        graph.Clock.Advance(2 * Second);

        Assert.Equal("no answer within 2 s", (await graph.UntilAsync("deaf", NodeState.Failed)).Reason);
    }

    [Fact]
    public async Task Degraded_is_up_unless_the_node_says_that_it_is_a_failure()
    {
        var (slow, ends) = (new Scripted(CheckResult.Healthy), new TaskCompletionSource<CheckResult>());
        slow.Answer(_ => ends.Task);
        await using var graph = new GraphHarness(
            declare => declare
                .HealthCheck("disk")
                .HealthCheck("licence", policy: new() { DegradedIsUp = false })
                .Node("slow", slow.CheckAsync, policy: new() { DegradedIsUp = false }),
            first: services => services.AddHealthChecks()
                .AddCheck("disk", () => HealthCheckResult.Degraded("nearly full"))
                .AddCheck("licence", () => HealthCheckResult.Degraded("expired"))).Start();

        Assert.Equal("nearly full", (await graph.UntilAsync("disk", NodeState.Degraded)).Reason);
        Assert.Equal("expired", (await graph.UntilAsync("licence", NodeState.Failed)).Reason);
        await slow.AskedAsync();
        graph.Clock.Advance(2 * Second);
        ends.SetResult(CheckResult.Healthy);
        Assert.Equal("slow", (await graph.UntilAsync("slow", NodeState.Degraded)).Signature);
    }

    [Fact]
    public async Task A_registered_instance_serves_every_run_and_is_not_disposed()
    {
        var instance = new Disposable();
        await using var graph = new GraphHarness(declare => declare.HealthCheck("mine"),
            first: services => services.AddHealthChecks().AddCheck("mine", instance)).Start();
        await graph.UntilAsync("mine", NodeState.Ready);

        await graph.StepAsync("mine", NodePolicy.Default.Pace);

        Assert.Equal((2, false), (graph["mine"].Runs, instance.IsDisposed));
    }

    [Fact]
    public async Task They_join_the_graph_like_any_node_and_some_may_be_left_out()
    {
        await using var graph = new GraphHarness(
            declare => declare
                .Node("configuration", Checks.Healthy)
                .Node("own", Checks.Healthy)
                .HealthChecks(after: ["configuration"], where: registration => registration.Tags.Contains("start"))
                .Node("chat", Checks.Healthy, after: ["redis"]),
            first: services => services.AddHealthChecks()
                .AddCheck("redis", () => HealthCheckResult.Healthy(), ["start"])
                .AddCheck("own", () => throw new InvalidOperationException("declared by hand"), ["start"])
                .AddCheck("disk", () => HealthCheckResult.Unhealthy()));

        Assert.Equal(["configuration", "own", "redis", "chat"], graph.Graph.Current.Nodes.Select(node => node.Name));
        Assert.Equal([Edge.Hard("configuration")], graph["redis"].After);
    }

    [Fact]
    public void A_name_that_is_not_registered_is_refused_with_those_that_are()
    {
        var services = new ServiceCollection();
        services.AddHealthChecks().AddCheck("redis", () => HealthCheckResult.Healthy());

        var refusal = Assert.Throws<ArgumentException>(() => services.AddReadiness(graph => graph.HealthCheck("reddis")));

        Assert.Contains("'reddis' is registered (but 'redis')", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Health_checks_that_are_not_registered_yet_are_asked_for() => Assert.Contains("before AddReadiness",
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddReadiness(graph => graph.HealthChecks())).Message,
        StringComparison.Ordinal);

    private sealed class Disposable : IHealthCheck, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());

        public void Dispose() => IsDisposed = true;
    }
}
