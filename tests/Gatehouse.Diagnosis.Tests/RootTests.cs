using Gatehouse.Diagnosis.Tests.World;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>Single cases, readable: what the report says, word by word where it matters.</summary>
public sealed class RootTests
{
    /// <summary>Causes that the matrix has no fault for, because one glance shows them.</summary>
    public static IReadOnlyList<string> OnceSeen { get; } = ["redis.restarted", "redis.connection_broke"];

    [Fact]
    public void The_seed_incident_is_told_from_the_upgrade_to_the_missing_gate()
    {
        var report = FiveWhys.Explain(Incident());

        Assert.Equal(Verdict.Confirmed, report.Verdict);
        var root = Assert.Single(report.Roots);
        Assert.Equal("schema.migration_behind", root.Code);
        Assert.Equal(["symptom", "node:chat", "node:schema", "cause:schema.migration_behind@schema", "system:schema.migration_behind@schema"], root.Path);
        Assert.Equal("Nothing between the deployment and the traffic waits until the schema is what the build needs.", report.Chain!.Causes[0].Causes[0].Causes[0].Causes[0].Answer);
        Assert.Equal("gatehouse-server migrate", root.Remedies[0].Command);
        Assert.Equal(["database", "redis"], report.RuledOut.Where(static each => each.Kind == HopKind.Node).Select(static each => each.Name).Order());
        Assert.Equal(["chat", "schema"], report.BlastRadius.Nodes);
        Assert.Equal(89, report.BlastRadius.Refused);
        Assert.Contains(report.Factors, static factor => factor.Code == "factor.change");
        Assert.Contains(report.Timeline, static each => each.IsRoot);
    }

    [Fact]
    public void The_number_of_whys_is_the_length_of_the_way()
    {
        for (var length = 1; length < 9; length++)
        {
            var nodes = Enumerable.Range(0, length).Select(at => Red($"part-{at}", at, at == 0 ? "42P01" : null, at == 0 ? [] : [$"part-{at - 1}"])).ToList();
            var report = FiveWhys.Explain(new() { At = Clock.At(100), Graph = new() { At = Clock.At(100), Nodes = nodes, StartedAt = Clock.At(0) } });
            Assert.Equal(1 + length + 2, Assert.Single(report.Roots).Path.Count);
        }
    }

    [Fact]
    public void An_unexplained_node_has_its_parents_looked_at_once_and_is_then_left_open()
    {
        var given = new Case
        {
            At = Clock.At(100),
            Graph = new() { At = Clock.At(100), StartedAt = Clock.At(1), Nodes = [Red("chat", 5, null, ["redis"]), Green("redis", 99)] },
        };
        var first = FiveWhys.Explain(given);
        Assert.Equal(Verdict.InsufficientEvidence, first.Verdict);
        Assert.Equal("redis", Assert.Single(first.LookAgain).Node);

        var up = FiveWhys.Explain(given with { Rechecks = [new("redis", Clock.At(101), RecheckOutcome.Up)] });
        Assert.Equal(Verdict.InsufficientEvidence, up.Verdict);
        Assert.Empty(up.LookAgain);

        var down = FiveWhys.Explain(given with { Rechecks = [new("redis", Clock.At(101), RecheckOutcome.Down, "Redis is loading", "LOADING")] });
        Assert.Equal("redis.loading", Assert.Single(down.Roots).Code);
    }

    [Fact]
    public void A_parent_that_fell_later_is_not_why_its_child_fell()
    {
        var report = FiveWhys.Explain(new()
        {
            At = Clock.At(200),
            Graph = new() { At = Clock.At(200), StartedAt = Clock.At(1), Nodes = [Red("chat", 50, null, ["redis"]), Red("redis", 90, "LOADING", []) with { LastGood = Clock.At(89) }] },
        });

        Assert.Equal(Verdict.InsufficientEvidence, report.Verdict);
        Assert.Equal("redis.loading", Assert.Single(report.Roots).Code);        // it keeps chat down, and did not bring it down
    }

    [Theory]
    [InlineData("the connection to redis:6379 broke: SocketClosed", "break", "redis.connection_broke")]
    [InlineData("the peer restarted", "break", "redis.restarted")]
    [InlineData("Redis is another process than before", "restart", "redis.restarted")]
    public void A_connection_that_broke_once_is_no_flapping(string reason, string signature, string code)
    {
        var report = FiveWhys.Explain(new()
        {
            At = Clock.At(100),
            Graph = new() { At = Clock.At(100), StartedAt = Clock.At(1), Nodes = [Red("redis", 90, signature, []) with { Reason = reason, Events = [new(Clock.At(90), NodeState.Failed, reason, signature)] }] },
        });

        Assert.Equal(code, Assert.Single(report.Roots).Code);
    }

    [Fact]
    public void A_graph_that_runs_in_a_circle_is_explained_all_the_same()
    {
        var report = FiveWhys.Explain(new()
        {
            At = Clock.At(100),
            Graph = new() { At = Clock.At(100), StartedAt = Clock.At(1), Nodes = [Red("a", 50, null, ["b"]), Red("b", 49, null, ["a", "c"]), Red("c", 48, "LOADING", [])] },
        });

        Assert.NotEqual(Verdict.Healthy, report.Verdict);
    }

    private static Case Incident() => new()
    {
        At = Clock.At(100),
        Symptom = new() { Kind = SymptomKind.UpgradeRefused, Text = "89 upgrades were refused with 503." },
        Graph = new()
        {
            At = Clock.At(100),
            Nodes =
            [
                Green("database", 99),
                Red("schema", 1, "schema_behind", ["database"]) with { Reason = "Waiting for migration 0007_runs." },
                Green("redis", 98),
                new() { Name = "chat", IsRequired = true, After = ["schema", "redis"], State = NodeState.Waiting, Since = Clock.At(0), WaitingOn = ["schema"], Events = [new(Clock.At(0), NodeState.Waiting, null, null)] },
            ],
        },
        Admission = new() { Door = Door.Closed, Decisions = [new("refused", "not_ready", "schema", 89) { First = Clock.At(12), Last = Clock.At(99) }] },
        Marks = [new(Clock.At(-40), MarkKind.DeploymentStarted, "chat-00042")],
    };

    private static NodeEvidence Red(string name, double at, string? signature, Edge[] after) => new()
    {
        Name = name,
        IsRequired = true,
        After = after,
        State = NodeState.Failed,
        Since = Clock.At(at),
        LastVerdict = Clock.At(99),
        Reason = $"{name} does not work",
        Signature = signature,
        Runs = 9,
        Failures = 9,
        Events = [new(Clock.At(at), NodeState.Failed, $"{name} does not work", signature)],
    };

    private static NodeEvidence Green(string name, double at) => new()
    {
        Name = name,
        IsRequired = true,
        State = NodeState.Ready,
        Since = Clock.At(0.5),
        LastGood = Clock.At(at),
        LastVerdict = Clock.At(at),
        Runs = 9,
        Events = [new(Clock.At(0.5), NodeState.Ready, null, null)],
    };
}
