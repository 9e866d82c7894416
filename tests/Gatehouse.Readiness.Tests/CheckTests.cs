using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness.Tests;

/// <summary>What a single check can do to its node, and cannot do to anyone else.</summary>
public sealed class CheckTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_check_that_ignores_cancellation_is_abandoned_at_its_timeout_and_counted()
    {
        var check = new Scripted(CheckResult.Healthy);
        check.Answer(_ => new TaskCompletionSource<CheckResult>().Task);
        await using var graph = new GraphHarness(declare => declare
            .Node("deaf", check.CheckAsync, policy: new() { Timeout = 2 * Second })).Start();

        await check.AskedAsync();
        graph.Clock.Advance(2 * Second - TimeSpan.FromTicks(1));
        Assert.Equal(NodeState.Checking, graph["deaf"].State);

        graph.Clock.Advance(TimeSpan.FromTicks(1));
        var node = await graph.UntilAsync("deaf", NodeState.Failed);
        Assert.Equal((1, "no answer within 2 s", "timeout"), (node.Abandoned, node.Reason, node.Signature));
    }

    /// <summary>Of twenty checks most are certainly awaited when they end.</summary>
    [Fact]
    public async Task What_follows_a_check_does_not_run_on_the_thread_that_ended_it()
    {
        var (check, answer, log) = (new Scripted(CheckResult.Healthy), new TaskCompletionSource<CheckResult>(), new ThreadLogger(readyNodes: 20));
        check.Answer(_ => answer.Task);
        await using var graph = new GraphHarness(declare =>
        {
            for (var node = 0; node < 20; node++) declare.Node($"{node}", check.CheckAsync);
        }, log).Start();
        for (var node = 0; node < 20; node++) await check.AskedAsync();

        using var heard = new ManualResetEventSlim();
        var peer = new Thread(() =>
        {
            answer.SetResult(CheckResult.Healthy);
            heard.Wait(GraphHarness.Patience); // its number is not given to another thread while it lives
        });
        peer.Start();
        var threads = await log.ThreadsAsync();
        heard.Set();
        peer.Join();

        Assert.DoesNotContain(peer.ManagedThreadId, threads);
    }

    [Fact]
    public async Task Three_abandoned_runs_park_the_node_until_one_of_them_ends()
    {
        var check = new Scripted(CheckResult.Healthy);
        var (ends, events) = (new TaskCompletionSource<CheckResult>(), new ConnectionEvents());
        check.Answer(_ => ends.Task);
        await using var graph = new GraphHarness(declare => declare
            .Node("deaf", check.CheckAsync, retry: Retry.Every(Second), policy: new() { Timeout = Second },
                stable: Stability.Unbroken(TimeSpan.Zero, events) with { Successes = 1 })).Start();
        for (var run = 1; run <= 3; run++)
        {
            await check.AskedAsync();
            graph.Clock.Advance(Second);
            await graph.UntilAsync("deaf", node => node.Runs == run);
            graph.Clock.Advance(Second);
        }

        await graph.UntilAsync("deaf", node => node is { IsParked: true, Abandoned: 3 });
        events.ReportBroken("the line dropped");
        Assert.True(graph["deaf"].IsParked);
        graph.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(3, check.Count);

        check.Answer(CheckResult.Healthy);
        ends.SetResult(CheckResult.Healthy);
        var healed = await graph.UntilAsync("deaf", NodeState.Ready);
        Assert.False(healed.IsParked);
    }

    [Fact]
    public async Task A_check_that_blocks_its_thread_is_abandoned_all_the_same()
    {
        using var release = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        await using var graph = new GraphHarness(declare => declare
            .Node("blocking", (_, _) =>
            {
                entered.Set();
                release.Wait(GraphHarness.Patience);
                return Task.FromResult(CheckResult.Healthy);
            })
            .Node("other", Checks.Healthy)).Start();
        Assert.True(entered.Wait(GraphHarness.Patience));
        await graph.UntilAsync("other", NodeState.Ready);

        graph.Clock.Advance(NodePolicy.Default.Timeout);

        await graph.UntilAsync("blocking", NodeState.Failed);
        release.Set();
    }

    [Fact]
    public async Task An_exception_is_the_nodes_failure_by_type_and_message_alone()
    {
        await using var graph = new GraphHarness(declare => declare
            .Node("database", (_, _) => throw new InvalidOperationException("no pool", new("Password=hunter2")))
            .Node("other", Checks.Healthy)).Start();

        var node = await graph.UntilAsync("database", NodeState.Failed);

        Assert.Equal(("InvalidOperationException: no pool", "InvalidOperationException"), (node.Reason, node.Signature));
        await graph.UntilAsync("other", NodeState.Ready);
    }

    [Fact]
    public async Task An_exception_of_the_network_gives_its_code_as_signature()
    {
        await using var graph = new GraphHarness(declare => declare
            .Node("redis", (_, _) => Task.FromException<CheckResult>(new SocketException((int)SocketError.ConnectionRefused)))).Start();

        Assert.Equal("ConnectionRefused", (await graph.UntilAsync("redis", NodeState.Failed)).Signature);
    }

    [Fact]
    public async Task A_health_check_whose_constructor_throws_is_its_own_nodes_failure()
    {
        await using var graph = new GraphHarness(declare => declare
            .HealthCheck("broken", _ => new BrokenHealthCheck())
            .HealthCheck("other", _ => new FixedHealthCheck(HealthCheckResult.Healthy()))).Start();

        await graph.UntilAsync("other", NodeState.Ready);
        var broken = await graph.UntilAsync("broken", NodeState.Failed);
        Assert.Equal(("the check cannot be made: NotSupportedException: cannot be made", "check_constructor"), (broken.Reason, broken.Signature));
    }

    [Fact]
    public async Task A_health_check_speaks_as_a_node()
    {
        await using var graph = new GraphHarness(declare => declare
            .HealthCheck("slow", _ => new FixedHealthCheck(HealthCheckResult.Degraded("on disk")))
            .HealthCheck("down", _ => new FixedHealthCheck(HealthCheckResult.Unhealthy(null, new IOException("gone"))))).Start();

        Assert.Equal("on disk", (await graph.UntilAsync("slow", NodeState.Degraded)).Reason);
        Assert.Equal("IOException: gone", (await graph.UntilAsync("down", NodeState.Failed)).Reason);
    }

    [Fact]
    public async Task Slow_is_degraded_and_not_down()
    {
        var check = new Scripted(CheckResult.Healthy);
        var answer = new TaskCompletionSource<CheckResult>();
        check.Answer(_ => answer.Task);
        await using var graph = new GraphHarness(declare => declare.Node("database", check.CheckAsync)).Start();
        await check.AskedAsync();

        graph.Clock.Advance(2 * Second);
        answer.SetResult(CheckResult.Healthy);

        var node = await graph.UntilAsync("database", NodeState.Degraded);
        Assert.Equal("slow: took 2 s, more than 1 s", node.Reason);
        Assert.True(graph.Graph.IsReady);
    }

    [Fact]
    public async Task A_failed_check_is_tried_again_after_its_rest_and_not_before()
    {
        var check = new Scripted(CheckResult.Failed("down"));
        await using var graph = new GraphHarness(declare => declare
            .Node("database", check.CheckAsync, retry: Retry.Backoff(Second, 10 * Second))).Start();
        await graph.UntilAsync("database", node => node.Runs == 1);
        foreach (var rest in new[] { 1, 2, 4, 8, 10, 10 })
        {
            var runs = graph["database"].Runs;
            graph.Clock.Advance(rest * Second - TimeSpan.FromMilliseconds(1));
            Assert.Equal(runs, check.Count);
            await graph.StepAsync("database", TimeSpan.FromMilliseconds(1));
        }
    }

    [Fact]
    public async Task Each_run_has_a_scope_of_its_own()
    {
        var clock = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var services = new ServiceCollection().AddScoped<Disposable>();
        var seen = new List<Disposable>();
        services.AddSingleton<TimeProvider>(clock).AddReadiness(graph => graph.Node("scoped", (node, _) =>
        {
            seen.Add(node.Services.GetRequiredService<Disposable>());
            return Task.FromResult(CheckResult.Healthy);
        }));
        await using var provider = services.BuildServiceProvider(validateScopes: true);
        var graph = provider.GetRequiredService<ReadinessGraph>();

        graph.Engine.Start();
        await graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        await graph.Engine.StopAsync(CancellationToken.None);

        Assert.True(Assert.Single(seen).IsDisposed);
    }

    private sealed class Disposable : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }

    private sealed class BrokenHealthCheck : IHealthCheck
    {
        public BrokenHealthCheck() => throw new NotSupportedException("cannot be made");

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }

    private sealed class FixedHealthCheck(HealthCheckResult result) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(result);
    }
}
