namespace Gatehouse.Readiness.Tests;

/// <summary>What goes on after the start: hysteresis, supervision, parking, silence.</summary>
public sealed class MonitorTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pace = 10 * Second;

    [Fact]
    public async Task Readiness_falls_after_three_failures_and_rises_after_two_successes()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        check.Answer(CheckResult.Failed("down"));

        Assert.Equal(NodeState.Degraded, (await graph.StepAsync("database", Pace)).State);
        Assert.Equal(NodeState.Degraded, (await graph.StepAsync("database", Second)).State);
        Assert.True(graph.Graph.IsReady);
        Assert.Equal(NodeState.Failed, (await graph.StepAsync("database", Second)).State);
        Assert.False(graph.Graph.IsReady);

        check.Answer(CheckResult.Healthy);
        Assert.Equal(NodeState.Stabilising, (await graph.StepAsync("database", Second)).State);
        Assert.False(graph.Graph.IsReady);
        Assert.Equal(NodeState.Ready, (await graph.StepAsync("database", Second)).State);
        Assert.True(graph.Graph.IsReady);
    }

    [Fact]
    public async Task A_success_in_between_clears_the_doubt()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        for (var round = 0; round < 3; round++)
        {
            check.Answer(CheckResult.Failed("down"));
            await graph.StepAsync("database", Pace);
            Assert.Equal(2, (await graph.StepAsync("database", Second)).Failures);
            check.Answer(CheckResult.Healthy);
            Assert.Equal(NodeState.Ready, (await graph.StepAsync("database", Second)).State);
        }
        Assert.True(graph.Graph.IsReady);
    }

    [Fact]
    public async Task A_fatal_fault_falls_at_once()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        check.Answer(CheckResult.Fatal("dropped"));

        Assert.Equal(NodeState.Failed, (await graph.StepAsync("database", Pace)).State);
    }

    [Fact]
    public async Task A_node_that_serves_on_does_not_take_the_process_down()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check, policy: new() { WhenDown = WhenDown.KeepServing, FallAfter = 1 });
        check.Answer(CheckResult.Failed("down"));

        Assert.Equal(NodeState.Failed, (await graph.StepAsync("database", Pace)).State);
        Assert.True(graph.Graph.IsReady);
    }

    [Fact]
    public async Task Waiting_for_readiness_waits_again_after_a_fall()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check, policy: new() { FallAfter = 1, RiseAfter = 1 });
        check.Answer(CheckResult.Failed("down"));
        await graph.StepAsync("database", Pace);

        var waiting = graph.Graph.WhenReadyAsync();
        Assert.False(waiting.IsCompleted);

        check.Answer(CheckResult.Healthy);
        await graph.StepAsync("database", Second);
        await waiting.WaitAsync(GraphHarness.Patience);
    }

    [Fact]
    public async Task A_crashing_monitor_is_restarted_ever_later_then_parked_and_heals()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        check.Throw(() => new NullReferenceException("a bug"));

        Assert.Equal(1, (await graph.StepAsync("database", Pace)).Restarts);
        foreach (var rest in new[] { 1, 2, 4, 8 })
            Assert.False((await StepExactlyAsync(graph, check, rest * Second)).IsParked);
        var parked = await StepExactlyAsync(graph, check, 16 * Second);
        Assert.Equal((true, 6, NodeState.Failed), (parked.IsParked, parked.Restarts, parked.State));
        await StepExactlyAsync(graph, check, RestartSchedule.SlowRetry);

        check.Answer(CheckResult.Healthy);
        Assert.False((await StepExactlyAsync(graph, check, RestartSchedule.SlowRetry)).IsParked);
        Assert.Equal(NodeState.Ready, (await graph.StepAsync("database", Second)).State);
    }

    [Fact]
    public async Task What_the_world_does_to_a_check_is_a_failure_and_no_crash()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        check.Throw(() => new IOException("connection reset"));

        await graph.StepAsync("database", Pace);
        for (var second = 0; second < 20; second++) await graph.StepAsync("database", Second);

        Assert.Equal((0, false), (graph["database"].Restarts, graph["database"].IsParked));
    }

    [Fact]
    public async Task Broken_connections_are_seen_though_every_check_succeeds()
    {
        var (check, events) = (new Scripted(CheckResult.Healthy), new ConnectionEvents());
        await using var graph = await StableAsync(check, events);

        events.ReportBroken("killed");
        Assert.Equal(NodeState.Degraded, graph["database"].State);
        await graph.UntilAsync("database", node => node.Runs == 5);
        events.ReportBroken("killed");
        events.ReportBroken("killed");

        Assert.Equal(NodeState.Failed, graph["database"].State);
        Assert.Equal("the connection broke: killed", graph["database"].Reason);
    }

    [Fact]
    public async Task A_break_is_looked_at_at_once_and_not_at_the_next_pace()
    {
        var (check, events) = (new Scripted(CheckResult.Healthy), new ConnectionEvents());
        await using var graph = await StableAsync(check, events);
        graph.Clock.Advance(Second);
        var runs = graph["database"].Runs;

        events.ReportBroken("killed");

        await graph.UntilAsync("database", node => node.Runs == runs + 1);
    }

    [Fact]
    public async Task A_break_in_the_window_opens_it_again()
    {
        var (check, events) = (new Scripted(CheckResult.Healthy), new ConnectionEvents());
        await using var graph = new GraphHarness(declare => declare
            .Node("database", check.CheckAsync, stable: Stability.Unbroken(3 * Second, events))).Start();
        await graph.UntilAsync("database", NodeState.Stabilising);
        await graph.StepAsync("database", Second);
        await graph.StepAsync("database", Second);
        graph.Clock.Advance(Second / 2);

        events.ReportBroken("killed");
        await graph.UntilAsync("database", node => node.Runs == 4);
        for (var second = 0; second < 2; second++)
            Assert.Equal(NodeState.Stabilising, (await graph.StepAsync("database", Second)).State);
        Assert.Equal(NodeState.Ready, (await graph.StepAsync("database", Second)).State);
    }

    [Fact]
    public async Task A_broken_log_provider_costs_no_monitor_its_life()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = new GraphHarness(declare => declare
            .Node("database", check.CheckAsync, policy: new() { FallAfter = 1, RiseAfter = 1 }), new ThrowingLogger()).Start();
        await graph.UntilAsync("database", NodeState.Ready);
        check.Answer(CheckResult.Failed("down"));
        await graph.StepAsync("database", Pace);
        check.Answer(CheckResult.Healthy);

        Assert.Equal(NodeState.Ready, (await graph.StepAsync("database", Second)).State);
        Assert.NotEqual(0, graph.Graph.Engine.FailedAnnouncements);
    }

    [Fact]
    public async Task A_connection_that_cannot_be_found_yet_is_looked_for_at_the_nodes_own_pace()
    {
        var attempts = 0;
        await using var graph = new GraphHarness(declare => declare
            .Node("redis", Checks.Healthy, retry: Retry.Every(Second), stable: Stability.Unbroken(TimeSpan.Zero, _ =>
                Interlocked.Increment(ref attempts) <= 20 ? throw new InvalidOperationException("not connected") : new ConnectionEvents())
                with
            { Successes = 1 })).Start();
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            await graph.UntilAsync("redis", node => node.Failures == attempt);
            Assert.False(graph["redis"].IsParked);
            graph.Clock.Advance(Second);
        }
        await graph.UntilAsync("redis", NodeState.Ready);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    public async Task A_break_without_a_reason_is_a_break_and_no_exception_for_who_reports_it(string? what)
    {
        var (check, events) = (new Scripted(CheckResult.Healthy), new ConnectionEvents());
        await using var graph = await StableAsync(check, events);

        events.ReportBroken(what!);

        Assert.Equal("in doubt (1 of 3 failures): the connection broke: no reason given", graph["database"].Reason);
    }

    [Theory]
    [InlineData(WhenDown.Refuse)]
    [InlineData(WhenDown.Hold)]
    public async Task The_front_door_does_what_the_fallen_node_says(WhenDown whenDown)
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = new GraphHarness(declare => declare
            .Node("database", check.CheckAsync, policy: new() { WhenDown = whenDown, FallAfter = 1 }));
        Assert.Equal(WhenDown.Hold, graph.Graph.Current.FrontDoor);
        graph.Start();
        await graph.UntilAsync("database", NodeState.Ready);
        Assert.Equal(WhenDown.KeepServing, graph.Graph.Current.FrontDoor);
        check.Answer(CheckResult.Failed("down"));

        await graph.StepAsync("database", Pace);

        Assert.Equal(whenDown, graph.Graph.Current.FrontDoor);
        graph.Graph.Withdraw("draining");
        Assert.Equal(WhenDown.Refuse, graph.Graph.Current.FrontDoor);
    }

    /// <summary>A simulated clock runs due timers inside the call that reads it, so also while a node is being published.</summary>
    [Fact]
    public async Task A_break_reported_by_a_timer_of_the_clock_loses_no_verdict()
    {
        var (check, events) = (new Scripted(CheckResult.Healthy), new ConnectionEvents());
        await using var graph = await StableAsync(check, events);
        var breaks = Enumerable.Range(1, 2000).Select(tick => graph.Clock.CreateTimer(
            _ => events.ReportBroken("killed"), null, tick * TimeSpan.FromMilliseconds(60), Timeout.InfiniteTimeSpan)).ToList();
        for (var tick = 1; tick <= breaks.Count; tick++)
        {
            var runs = graph["database"].Runs;
            graph.Clock.Advance(TimeSpan.FromMilliseconds(60));
            await graph.UntilAsync("database", node => node.Runs > runs);
        }
        Assert.Equal(NodeState.Stabilising, graph["database"].State);
    }

    [Fact]
    public async Task A_silent_monitor_makes_its_node_unknown()
    {
        using var release = new ManualResetEventSlim();
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Healthy, stable: Stability.Unbroken(Second, _ =>
            {
                release.Wait(GraphHarness.Patience);
                return new ConnectionEvents();
            }))).Start();

        graph.Clock.Advance(11 * Second);
        graph.Graph.Engine.SweepSilent();

        Assert.Equal((NodeState.Unknown, "silent"), (graph["database"].State, graph["database"].Signature));
        release.Set();
    }

    [Fact]
    public async Task A_monitor_that_keeps_its_pace_is_not_silent()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        graph.Clock.Advance(Pace - Second);

        graph.Graph.Engine.SweepSilent();

        Assert.Equal(NodeState.Ready, graph["database"].State);
    }

    [Fact]
    public async Task A_check_knows_whether_it_monitors_and_what_is_suspected()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        check.Answer(CheckResult.Failed("down"));
        await graph.StepAsync("database", Pace);
        await graph.StepAsync("database", Second);

        NodeContext[] runs = [await check.AskedAsync(), await check.AskedAsync(), await check.AskedAsync()];

        Assert.Equal([(false, 0), (true, 0), (true, 1)], runs.Select(run => (run.IsMonitoring, run.Failures)));
    }

    [Fact]
    public async Task Somebody_who_suspects_a_node_has_it_checked_now()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check);
        graph.Clock.Advance(Second);

        graph.Graph.CheckNow("database");

        await graph.UntilAsync("database", node => node.Runs == 2);
    }

    [Fact]
    public async Task The_history_keeps_what_changed()
    {
        var check = new Scripted(CheckResult.Healthy);
        await using var graph = await ReadyAsync(check, policy: new() { FallAfter = 1 });
        check.Answer(CheckResult.Failed("down", "57P01"));
        await graph.StepAsync("database", Pace);
        await graph.StepAsync("database", Second);

        var history = graph.Graph.History("database");

        Assert.Equal([NodeState.Checking, NodeState.Ready, NodeState.Failed], history.Select(change => change.State));
        Assert.Equal((DateTimeOffset.UnixEpoch + Pace, "57P01"), (history[^1].At, history[^1].Signature));
    }

    private static async Task<GraphHarness> ReadyAsync(Scripted check, NodePolicy? policy = null)
    {
        var graph = new GraphHarness(declare => declare.Node("database", check.CheckAsync, policy: policy)).Start();
        await graph.UntilAsync("database", NodeState.Ready);
        return graph;
    }

    /// <summary>Ready after the four checks at 0, 1, 2 and 3 s.</summary>
    private static async Task<GraphHarness> StableAsync(Scripted check, ConnectionEvents events)
    {
        var graph = new GraphHarness(declare => declare
            .Node("database", check.CheckAsync, stable: Stability.Unbroken(3 * Second, events))).Start();
        await graph.UntilAsync("database", NodeState.Stabilising);
        for (var second = 0; second < 2; second++)
            Assert.Equal(NodeState.Stabilising, (await graph.StepAsync("database", Second)).State);
        Assert.Equal(NodeState.Ready, (await graph.StepAsync("database", Second)).State);
        graph.Clock.Advance(Second);
        return graph;
    }

    private static async Task<NodeSnapshot> StepExactlyAsync(GraphHarness graph, Scripted check, TimeSpan rest)
    {
        var runs = check.Count;
        graph.Clock.Advance(rest - TimeSpan.FromMilliseconds(1));
        Assert.Equal(runs, check.Count);
        return await graph.StepAsync("database", TimeSpan.FromMilliseconds(1));
    }
}
