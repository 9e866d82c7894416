using System.Threading.Channels;

namespace Gatehouse.Readiness.Tests;

/// <summary>The critical path against brute force, in arithmetic and on the running graph.</summary>
public sealed class CriticalPathTests
{
    [Fact]
    public void On_every_small_graph_the_critical_path_is_the_longest_path()
    {
        for (var count = 1; count <= 5; count++)
        {
            var pairs = count * (count - 1) / 2;
            for (var edges = 0; edges < 1 << pairs; edges++)
                Compare(Shape(count, edges), new Random(edges));
        }
    }

    [Fact]
    public void On_random_graphs_of_eight_nodes_the_critical_path_is_the_longest_path()
    {
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            Compare(Shape(8, random.Next(1 << 28)), random);
        }
    }

    /// <summary>The graph runs on simulated time that moves only when every node that the naive model expects to have begun has begun.</summary>
    [Fact]
    public async Task A_random_graph_of_two_hundred_nodes_takes_exactly_its_critical_path()
    {
        var random = new Random(200);
        var parents = Enumerable.Range(0, 200)
            .Select(node => Enumerable.Range(0, node).Where(_ => random.NextDouble() < 2.0 / (node + 1)).ToArray()).ToArray();
        var durations = parents.Select(_ => TimeSpan.FromMilliseconds(random.Next(1, 900))).ToArray();
        var readyAt = Schedule(parents, durations);
        var begun = Channel.CreateUnbounded<int>();
        await using var graph = new GraphHarness(declare =>
        {
            declare.ProbeBudget(TimeSpan.FromHours(1));
            for (var index = 0; index < parents.Length; index++)
                declare.Node($"{index}", Takes(index, durations[index], begun.Writer), after: [.. parents[index].Select(parent => (Edge)$"{parent}")]);
        }).Start();

        var now = TimeSpan.Zero;
        foreach (var moment in readyAt.Distinct().Order().Prepend(TimeSpan.Zero))
        {
            graph.Clock.Advance(moment - now);
            now = moment;
            for (var node = 0; node < parents.Length; node++)
                if (readyAt[node] == moment) await graph.UntilAsync($"{node}", NodeState.Ready);
            var starting = Enumerable.Range(0, parents.Length).Count(node => readyAt[node] - durations[node] == moment);
            for (var start = 0; start < starting; start++) await begun.Reader.ReadAsync().AsTask().WaitAsync(GraphHarness.Patience);
        }

        var timeline = graph.Graph.Timeline();
        Assert.True(graph.Graph.IsStarted);
        Assert.Equal(Longest(parents, durations), timeline.Total);
        Assert.Equal(timeline.Total!.Value.Ticks, timeline.CriticalPath.Sum(name => durations[int.Parse(name)].Ticks));
    }

    private static NodeCheck Takes(int index, TimeSpan duration, ChannelWriter<int> begun) => async (node, cancellationToken) =>
    {
        if (node.IsMonitoring) return CheckResult.Healthy;
        var rest = Task.Delay(duration, node.Clock, cancellationToken);
        begun.TryWrite(index);
        await rest;
        return CheckResult.Healthy;
    };

    /// <summary>One bit for each pair of nodes: does the later one come after the earlier?</summary>
    private static int[][] Shape(int count, int edges)
    {
        var bit = 0;
        return [.. Enumerable.Range(0, count).Select(node => Enumerable.Range(0, node).Where(_ => (edges >> bit++ & 1) == 1).ToArray())];
    }

    private static void Compare(int[][] parents, Random random)
    {
        TimeSpan[] durations = [.. parents.Select(_ => TimeSpan.FromSeconds(random.Next(1, 6)))];
        var readyAt = Schedule(parents, durations);
        TimelineNode[] nodes = [.. parents.Select((before, node) => new TimelineNode
        {
            Name = $"{node}",
            After = [.. before.Select(parent => $"{parent}")],
            Launched = readyAt[node] - durations[node],
            ReleasedBy = before.Length == 0 ? null : $"{before.MaxBy(parent => readyAt[parent])}",
            Ready = readyAt[node],
        })];

        var path = CriticalPath.Of(nodes).Select(int.Parse).ToArray();

        Assert.All(path.Skip(1).Zip(path), step => Assert.Contains(step.Second, parents[step.First]));
        Assert.Equal(Longest(parents, durations).Ticks, path.Sum(node => durations[node].Ticks));
    }

    private static TimeSpan[] Schedule(int[][] parents, TimeSpan[] durations)
    {
        var readyAt = new TimeSpan[parents.Length];
        for (var node = 0; node < parents.Length; node++)
            readyAt[node] = parents[node].Select(parent => readyAt[parent]).DefaultIfEmpty().Max() + durations[node];
        return readyAt;
    }

    /// <summary>For few nodes every path is walked; for many, where there are too many paths, the longest to each node is kept.</summary>
    private static TimeSpan Longest(int[][] parents, TimeSpan[] durations)
    {
        if (parents.Length > 8) return Schedule(parents, durations).Max();
        return Enumerable.Range(0, parents.Length).SelectMany(Paths).Max();

        IEnumerable<TimeSpan> Paths(int node) =>
            parents[node].SelectMany(Paths).Append(TimeSpan.Zero).Select(before => before + durations[node]);
    }
}
