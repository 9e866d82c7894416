using System.Diagnostics;
using System.Text.Json;

namespace Gatehouse.Readiness.Tests;

/// <summary>The forms in which a start is told.</summary>
public sealed class TimelineTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task As_text_it_says_who_waited_for_whom_and_what_it_cost()
    {
        await using var graph = await StartedAsync();

        Assert.Equal(
            """
            node        waited   own      ready at  checks  released by
            database *  0.000 s  1.000 s  1.000 s   2
            redis       0.000 s  0.000 s  0.000 s   1
            chat *      1.000 s  1.000 s  2.000 s   3       database
            critical path: database → chat (2.000 s)

            """, graph.Graph.Timeline().ToText(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task As_a_chart_it_marks_the_critical_path()
    {
        await using var graph = await StartedAsync();

        Assert.Equal(
            """
            gantt
              title start-up
              dateFormat x
              axisFormat %S.%L
              section database
              checking :crit, 0, 1000
              section redis
              checking :0, 0
              section chat
              waiting :done, 0, 1000
              checking :crit, 1000, 1000
              stabilising :crit, 1000, 2000

            """, graph.Graph.Timeline().ToGantt(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task As_json_it_keeps_every_attempt()
    {
        await using var graph = await StartedAsync();

        using var json = JsonDocument.Parse(graph.Graph.Timeline().ToJson());

        var root = json.RootElement;
        Assert.Equal(2000, root.GetProperty("totalMs").GetDouble());
        Assert.Equal(["database", "chat"], root.GetProperty("criticalPath").EnumerateArray().Select(name => name.GetString()));
        var database = root.GetProperty("nodes")[0];
        Assert.Equal(["failed", "healthy"], database.GetProperty("attempts").EnumerateArray().Select(attempt => attempt.GetProperty("status").GetString()));
        Assert.Equal("down", database.GetProperty("attempts")[0].GetProperty("reason").GetString());
        Assert.False(database.TryGetProperty("releasedBy", out _));
        Assert.Equal(1000, root.GetProperty("nodes")[2].GetProperty("stabilisingMs").GetDouble());
    }

    [Fact]
    public async Task Before_the_end_it_tells_how_far_the_graph_is()
    {
        await using var graph = new GraphHarness(declare => declare
            .Node("database", Checks.Failing("down"))
            .Node("chat", Checks.Healthy, after: ["database"])).Start();
        await graph.UntilAsync("database", NodeState.Failed);

        var timeline = graph.Graph.Timeline();

        Assert.Null(timeline.Total);
        Assert.Empty(timeline.CriticalPath);
        Assert.Contains("chat      -", timeline.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_spans_it_lies_where_the_nodes_lay_in_time()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TimelineSpans.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var mark = $"chat {Guid.NewGuid()}"; // other tests start graphs at the same time
        listener.ActivityStopped = span => { lock (spans) spans.Add(span); };

        await using var graph = await StartedAsync(mark);
        // The loop announces after it has published, so the stop is what the test must wait for.
        await graph.Graph.Engine.StopAsync(CancellationToken.None);

        Activity chat, whole;
        lock (spans)
        {
            chat = spans.Single(span => span.DisplayName == $"node {mark}");
            whole = spans.Single(span => span.SpanId == chat.ParentSpanId);
        }
        Assert.Equal((DateTime.UnixEpoch + Second, Second), (chat.StartTimeUtc, chat.Duration));
        Assert.Equal((DateTime.UnixEpoch, 2 * Second), (whole.StartTimeUtc, whole.Duration));
    }

    /// <summary>The database fails once, then chat has a window of a second.</summary>
    private static async Task<GraphHarness> StartedAsync(string chat = "chat")
    {
        var database = new Scripted(CheckResult.Failed("down"));
        var graph = new GraphHarness(declare => declare
            .Node("database", database.CheckAsync, retry: Retry.Every(Second))
            .Node("redis", Checks.Healthy)
            .Node(chat, Checks.Healthy, after: ["database", "redis"], stable: Stability.Unbroken(Second))).Start();
        await graph.UntilAsync("redis", NodeState.Ready);
        await graph.UntilAsync("database", NodeState.Failed);
        database.Answer(CheckResult.Healthy);
        await graph.StepAsync("database", Second);
        await graph.UntilAsync(chat, NodeState.Stabilising);
        await graph.StepAsync(chat, Second / 2);
        await graph.StepAsync(chat, Second / 2);
        return graph;
    }
}
