namespace Gatehouse.Readiness.Tests;

/// <summary>How the graph comes up.</summary>
public sealed class GraphTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_graph_that_has_not_begun_is_unknown_and_not_ready()
    {
        await using var graph = new GraphHarness(declare => declare.Node("database", Checks.Healthy));

        Assert.Equal(NodeState.Unknown, graph["database"].State);
        Assert.False(graph.Graph.IsReady);
        Assert.False(graph.Graph.IsStarted);
    }

    [Fact]
    public async Task A_child_waits_by_name_until_its_parents_are_ready()
    {
        var (database, redis) = (new Scripted(CheckResult.Failed("down")), new Scripted(CheckResult.Failed("down")));
        await using var graph = new GraphHarness(declare => declare
            .Node("database", database.CheckAsync, retry: Retry.Every(Second))
            .Node("redis", redis.CheckAsync, retry: Retry.Every(Second))
            .Node("chat", Checks.Healthy, after: ["database", "redis"])).Start();
        await graph.UntilAsync("database", NodeState.Failed);
        await graph.UntilAsync("redis", NodeState.Failed);
        Assert.Equal(["database", "redis"], graph["chat"].WaitingOn);

        database.Answer(CheckResult.Healthy);
        await graph.StepAsync("database", Second);
        var chat = await graph.UntilAsync("chat", node => node.WaitingOn.Count == 1);
        Assert.Equal((NodeState.Waiting, "redis"), (chat.State, chat.WaitingOn[0]));

        await graph.UntilAsync("redis", node => node.Runs == 2);
        redis.Answer(CheckResult.Healthy);
        await graph.StepAsync("redis", Second);
        await graph.UntilAsync("chat", NodeState.Ready);
        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        Assert.True(graph.Graph.IsStarted);
    }

    [Fact]
    public async Task A_soft_parent_that_fails_is_not_waited_for_and_not_required()
    {
        await using var graph = new GraphHarness(declare => declare
            .Node("cache", Checks.Failing("down"))
            .Node("chat", Checks.Healthy, after: [Edge.Soft("cache")])).Start();

        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);

        Assert.Equal(NodeState.Failed, graph["cache"].State);
        Assert.False(graph["cache"].IsRequired);
    }

    [Fact]
    public async Task A_soft_parent_is_tried_first()
    {
        var cache = new Scripted(CheckResult.Healthy);
        var answer = new TaskCompletionSource<CheckResult>();
        cache.Answer(_ => answer.Task);
        await using var graph = new GraphHarness(declare => declare
            .Node("cache", cache.CheckAsync)
            .Node("chat", Checks.Healthy, after: [Edge.Soft("cache")])).Start();

        await cache.AskedAsync();
        Assert.Equal(["cache"], graph["chat"].WaitingOn);

        answer.SetResult(CheckResult.Failed("down"));
        await graph.UntilAsync("chat", NodeState.Ready);
    }

    [Fact]
    public async Task An_informational_parent_is_not_waited_for_at_all()
    {
        await using var graph = new GraphHarness(declare => declare
            .Node("region", Checks.Deaf)
            .Node("chat", Checks.Healthy, after: [Edge.Informational("region")])).Start();

        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        Assert.Equal(NodeState.Checking, graph["region"].State);
    }

    [Fact]
    public async Task A_degraded_node_counts_as_ready()
    {
        await using var graph = new GraphHarness(declare => declare
            .Node("database", (_, _) => Task.FromResult(CheckResult.Degraded("on the replica")))).Start();

        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        Assert.Equal((NodeState.Degraded, "on the replica"), (graph["database"].State, graph["database"].Reason));
    }

    [Fact]
    public async Task Withdrawing_makes_the_process_not_ready_but_leaves_it_started()
    {
        await using var graph = new GraphHarness(declare => declare.Node("database", Checks.Healthy)).Start();
        await graph.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);

        graph.Graph.Withdraw("draining");

        Assert.False(graph.Graph.IsReady);
        Assert.True(graph.Graph.IsStarted);
        Assert.Equal("draining", graph.Graph.Current.Withdrawn);
    }
}
