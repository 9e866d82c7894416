using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Readiness.Tests;

/// <summary>How a start is undone: in reverse, once, exactly what had begun, and whatever the stops themselves do.</summary>
public sealed class StopTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Nodes_are_stopped_after_all_that_come_after_them()
    {
        var stopped = new ConcurrentQueue<string>();
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Healthy, stop: Notes(stopped))
            .Node("schema", Checks.Healthy, after: ["database"])
            .Node("worker", Checks.Healthy, after: ["schema"], stop: Notes(stopped))).Start();
        await graph.UntilAsync("worker", NodeState.Ready);

        await graph.StopAsync();

        Assert.Equal(["worker", "database"], stopped);
        Assert.All(graph.Graph.Current.Nodes, node => Assert.Equal((NodeState.Stopped, null), (node.State, node.Reason)));
        Assert.Equal(NodeState.Stopped, graph.Graph.History("database")[^1].State);
        Assert.False(graph.Graph.IsReady);
    }

    [Fact]
    public async Task Independent_nodes_are_stopped_side_by_side()
    {
        using var both = new CountdownEvent(2);
        Task MeetAsync(NodeContext node, CancellationToken cancellationToken)
        {
            both.Signal();
            Assert.True(both.Wait(GraphHarness.Patience, cancellationToken));
            return Task.CompletedTask;
        }
        await using var graph = new GraphHarness(declare => declare
            .Node("left", Checks.Healthy, stop: MeetAsync)
            .Node("right", Checks.Healthy, stop: MeetAsync)).Start();
        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);

        await graph.StopAsync();

        Assert.Equal(0, graph.Graph.Engine.FailedStops);
    }

    [Fact]
    public async Task Of_a_half_start_only_what_had_begun_is_undone()
    {
        var stopped = new ConcurrentQueue<string>();
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Healthy, stop: Notes(stopped))
            .Node("queue", Checks.Failing("down"), after: ["database"], stop: Notes(stopped))
            .Node("worker", Checks.Healthy, after: ["queue"], stop: Notes(stopped))).Start();
        await graph.UntilAsync("queue", NodeState.Failed);

        await graph.StopAsync();

        Assert.Equal(["queue", "database"], stopped);
        Assert.Equal(NodeState.Waiting, graph["worker"].State);
    }

    [Fact]
    public async Task A_graph_that_never_began_has_nothing_to_undo_and_can_no_longer_begin()
    {
        var stopped = new ConcurrentQueue<string>();
        await using var graph = new GraphHarness(declare => declare.Node("database", Checks.Healthy, stop: Notes(stopped)));

        await graph.StopAsync();
        graph.Start();

        Assert.Empty(stopped);
        Assert.Equal(NodeState.Unknown, graph["database"].State);
    }

    [Fact]
    public async Task A_check_in_flight_is_cancelled_and_over_before_its_stop_begins()
    {
        var (happened, check) = (new ConcurrentQueue<string>(), new Scripted(CheckResult.Healthy));
        check.Answer(async cancellationToken =>
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            await cancelled.Task;
            await Task.Yield();
            happened.Enqueue("check over");
            return CheckResult.Healthy;
        });
        await using var graph = new GraphHarness(declare => declare.Node("lease", check.CheckAsync, stop: Notes(happened))).Start();
        await check.AskedAsync();

        await graph.Graph.Engine.StopAsync(CancellationToken.None).WaitAsync(GraphHarness.Patience);

        Assert.Equal(["check over", "lease"], happened);
    }

    [Fact]
    public async Task A_check_that_ignores_its_cancellation_is_given_a_second_and_then_stopped_all_the_same()
    {
        var (stopped, check) = (new ConcurrentQueue<string>(), new Scripted(CheckResult.Healthy));
        check.Answer(_ => new TaskCompletionSource<CheckResult>().Task);
        await using var graph = new GraphHarness(declare => declare.Node("deaf", check.CheckAsync, stop: Notes(stopped))).Start();
        await check.AskedAsync();

        await graph.StopAsync();

        Assert.Equal(["deaf"], stopped);
        var stop = Assert.Single(graph.Graph.Timeline().Nodes).Stop!;
        Assert.True(stop.Start >= Second);
    }

    [Fact]
    public async Task A_stop_that_hangs_or_throws_is_counted_and_holds_up_nobody()
    {
        var stopped = new ConcurrentQueue<string>();
        var hang = new TaskCompletionSource();
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Healthy, stop: Notes(stopped))
            .Node("hangs", Checks.Healthy, after: ["database"], stop: (_, _) => hang.Task, policy: new() { StopTimeout = 3 * Second })
            .Node("throws", Checks.Healthy, after: ["database"], stop: (_, _) => throw new InvalidOperationException("not connected"))).Start();
        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);

        await graph.StopAsync();

        Assert.Equal(["database"], stopped);
        Assert.Equal(2, graph.Graph.Engine.FailedStops);
        Assert.Equal("the stop was left behind: it did not end within 3 s", graph["hangs"].Reason);
        Assert.Equal("the stop failed: InvalidOperationException: not connected", graph["throws"].Reason);
        var timeline = graph.Graph.Timeline();
        var (database, hangs) = (timeline.Nodes[0].Stop!, timeline.Nodes[1].Stop!);
        Assert.True(hangs.End - hangs.Start >= 3 * Second);
        Assert.True(database.Start >= hangs.End);
        Assert.Contains("throws (the stop failed: InvalidOperationException: not connected)", timeline.ToText(), StringComparison.Ordinal);
        hang.SetException(new InvalidOperationException("too late to matter"));
    }

    [Fact]
    public async Task Each_stop_has_a_scope_of_its_own_and_knows_whether_its_node_was_ever_ready()
    {
        var seen = new ConcurrentQueue<(string, bool, int)>();
        Task SeeAsync(NodeContext node, CancellationToken cancellationToken)
        {
            seen.Enqueue((node.Node, node.IsMonitoring, node.Failures));
            return Task.CompletedTask;
        }
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Healthy, stop: SeeAsync)
            .Node("queue", Checks.Failing("down"), after: ["database"], stop: SeeAsync)).Start();
        await graph.UntilAsync("queue", NodeState.Failed);

        await graph.StopAsync();

        Assert.Equal([("queue", false, 1), ("database", true, 0)], seen);
    }

    [Fact]
    public async Task A_second_stop_awaits_the_first_and_undoes_nothing_again()
    {
        var (stopped, gate) = (new ConcurrentQueue<string>(), new TaskCompletionSource());
        await using var graph = new GraphHarness(declare => declare.Node("database", Checks.Healthy, stop: async (node, _) =>
        {
            stopped.Enqueue(node.Node);
            await gate.Task;
        })).Start();
        await graph.UntilAsync("database", NodeState.Ready);

        var (first, second) = (graph.Graph.Engine.StopAsync(CancellationToken.None), graph.Graph.Engine.StopAsync(CancellationToken.None));
        Assert.False(second.IsCompleted);
        gate.SetResult();
        await Task.WhenAll(first, second).WaitAsync(GraphHarness.Patience);

        Assert.Equal(["database"], stopped);
    }

    [Fact]
    public async Task What_the_hosts_time_does_not_suffice_for_is_named_and_not_begun()
    {
        var stopped = new ConcurrentQueue<string>();
        var begun = new TaskCompletionSource();
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Healthy, stop: Notes(stopped))
            .Node("worker", Checks.Healthy, after: ["database"], stop: (_, _) =>
            {
                begun.SetResult();
                return new TaskCompletionSource().Task;
            })).Start();
        await graph.UntilAsync("worker", NodeState.Ready);
        using var hurry = new CancellationTokenSource();

        var stopping = graph.Graph.Engine.StopAsync(hurry.Token);
        await begun.Task.WaitAsync(GraphHarness.Patience);
        await hurry.CancelAsync();
        await stopping.WaitAsync(GraphHarness.Patience);

        Assert.Empty(stopped);
        Assert.Equal("the stop was left behind: the host's shutdown time was used up", graph["worker"].Reason);
        Assert.Equal("not stopped: the host's shutdown time was used up", graph["database"].Reason);
    }

    [Fact]
    public async Task After_the_stop_neither_a_break_nor_a_late_answer_changes_a_node()
    {
        var (check, events, late) = (new Scripted(CheckResult.Healthy), new ConnectionEvents(), new TaskCompletionSource<CheckResult>());
        check.Answer(_ => late.Task);
        await using var graph = new GraphHarness(declare => declare
            .Node("redis", check.CheckAsync, stable: Stability.Unbroken(Second, events))
            .Node("chat", Checks.Healthy, after: ["redis"])).Start();
        await check.AskedAsync();
        await graph.StopAsync();
        var version = graph.Graph.Current.Version;

        events.ReportBroken("killed");
        late.SetResult(CheckResult.Healthy);
        graph.Graph.Engine.SweepSilent();

        Assert.Equal((version, NodeState.Stopped, NodeState.Waiting), (graph.Graph.Current.Version, graph["redis"].State, graph["chat"].State));
    }

    [Fact]
    public async Task A_check_that_was_about_to_begin_when_the_graph_stopped_never_begins_and_is_not_undone()
    {
        var (happened, check) = (new ConcurrentQueue<string>(), new Scripted(CheckResult.Healthy));
        using var services = new HesitantServices();
        var node = new NodeDefinition("lease", check.CheckAsync, [], Retry.Default, Stability.Immediate, NodePolicy.Default, Notes(happened));
        var engine = new GraphEngine([node], services, TimeProvider.System, () => 0.5, NullLogger.Instance);
        engine.Start();
        Assert.True(services.Asked.Wait(GraphHarness.Patience));

        await engine.EndAsync();
        services.MayAnswer.Set();
        await engine.StopAsync(CancellationToken.None).WaitAsync(GraphHarness.Patience);

        Assert.Equal(0, check.Count);
        Assert.Empty(happened);
    }

    /// <summary>
    /// The order in the host: whatever was registered first or last, the nodes are undone when every hosted service has stopped,
    /// the one that uses them most and the server among them.
    /// </summary>
    [Fact]
    public async Task In_a_host_the_nodes_are_undone_after_every_hosted_service_has_stopped()
    {
        var happened = new ConcurrentQueue<string>();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostedService>(new Noting("first", happened));
        builder.Services.AddReadiness(graph => graph.Node("database", Checks.Healthy, stop: Notes(happened)));
        builder.Services.AddSingleton<IHostedService>(new Noting("last", happened));
        using var host = builder.Build();
        await host.StartAsync().WaitAsync(GraphHarness.Patience);
        await host.Services.GetRequiredService<ReadinessGraph>().WhenReadyAsync().WaitAsync(GraphHarness.Patience);

        await host.StopAsync().WaitAsync(GraphHarness.Patience);

        Assert.Equal(["last", "first", "database"], happened);
    }

    private static NodeStop Notes(ConcurrentQueue<string> happened) => (node, _) =>
    {
        happened.Enqueue(node.Node);
        return Task.CompletedTask;
    };

    /// <summary>Makes a scope, the last thing before a check, only when it is told to.</summary>
    private sealed class HesitantServices : IServiceProvider, IServiceScopeFactory, IDisposable
    {
        private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();

        public ManualResetEventSlim Asked { get; } = new();

        public ManualResetEventSlim MayAnswer { get; } = new();

        public object? GetService(Type serviceType) => serviceType == typeof(IServiceScopeFactory) ? this : null;

        public IServiceScope CreateScope()
        {
            Asked.Set();
            MayAnswer.Wait(GraphHarness.Patience);
            return _services.CreateScope();
        }

        public void Dispose() => _services.Dispose();
    }

    private sealed class Noting(string name, ConcurrentQueue<string> happened) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            happened.Enqueue(name);
            return Task.CompletedTask;
        }
    }
}
