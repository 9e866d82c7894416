using Gatehouse.Diagnosis.Tests.World;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>One fault after the other: what is over is not blamed for what came next, however soon that was.</summary>
public sealed class SequelTests
{
    private const string Refused = "ConnectionRefused";
    private const string Timeout = "timeout";

    [Theory]
    [InlineData(15)]
    [InlineData(25)]
    [InlineData(55)]
    public void The_fault_of_now_is_the_root_and_not_the_one_that_was_over(double well)
    {
        var next = 120 + well;
        var report = Explain(
            next + 30,
            database: [Fall(100, Refused), Break(118, "the window starts again: the peer restarted"), Rise(120), Doubt(next, Timeout), Fall(next + 20, Timeout)],
            chat: [Fall(106, Timeout), Rise(121), Doubt(next + 2, Timeout), Fall(next + 24, Timeout)]);

        Assert.Equal(["database.unanswering@database"], report.Roots.Select(static root => $"{root.Code}@{root.Node}"));
        Assert.Equal(Clock.At(next), Assert.Single(report.Roots).Since);
    }

    [Fact]
    public void What_comes_and_goes_in_the_same_way_is_one_fault_since_it_first_came()
    {
        var report = Explain(
            160,
            database: [Fall(100, Refused), Rise(110), Fall(125, Refused), Rise(135), Fall(150, Refused)],
            chat: [Fall(106, Timeout), Rise(111), Fall(128, Timeout), Rise(136), Fall(153, Timeout)]);

        var root = Assert.Single(report.Roots);
        Assert.Equal(("database.refusing", "database"), (root.Code, root.Node));
        Assert.Equal(Clock.At(100), root.Since);
    }

    [Fact]
    public void An_echo_that_is_lost_with_its_connection_does_not_make_another_server_of_Redis()
    {
        var report = Explain(
            140,
            redis: [Break(100, "the connection to redis:6379 broke: SocketClosed"), Break(106, "another run_id: it restarted or was replaced"), Fall(112, "echo"), Break(118, "another run_id: it restarted or was replaced"), Fall(124, "echo")],
            chat: [Fall(108, Timeout)]);

        Assert.Equal(["redis.flapping_restart@redis"], report.Roots.Select(static root => $"{root.Code}@{root.Node}"));
    }

    private static NodeEvent Fall(double at, string signature) => Event(at, NodeState.Failed, $"it failed: {signature}", signature);

    private static NodeEvent Doubt(double at, string signature) => Event(at, NodeState.Degraded, $"in doubt (1 of 3 failures): it failed: {signature}", signature);

    private static NodeEvent Break(double at, string reason) => Event(at, NodeState.Stabilising, reason, "break");

    private static NodeEvent Rise(double at) => Event(at, NodeState.Ready, null, null);

    private static NodeEvent Event(double at, NodeState state, string? reason, string? signature) => new(Clock.At(at), state, reason, signature);

    private static DiagnosisReport Explain(double now, NodeEvent[]? database = null, NodeEvent[]? redis = null, NodeEvent[]? chat = null) => FiveWhys.Explain(new()
    {
        At = Clock.At(now),
        Graph = new()
        {
            At = Clock.At(now),
            IsReady = false,
            StartedAt = Clock.At(20),
            Nodes = [Node("database", [], database ?? []), Node("redis", [], redis ?? []), Node("chat", [Edge.Hard("database"), Edge.Hard("redis")], chat ?? [])],
        },
        Process = new() { StartedAt = Clock.Birth },
    });

    private static NodeEvidence Node(string name, Edge[] after, NodeEvent[] later)
    {
        NodeEvent[] events = [Rise(10), .. later];
        var last = events[^1];
        return new()
        {
            Name = name,
            After = after,
            IsRequired = true,
            State = last.State,
            Reason = last.Reason,
            Signature = last.Signature,
            Since = last.At,
            LastGood = events.Last(static each => each.State == NodeState.Ready).At,
            LastVerdict = last.At > Clock.At(100) ? last.At : Clock.At(400),
            Runs = events.Length,
            Events = events,
        };
    }
}
