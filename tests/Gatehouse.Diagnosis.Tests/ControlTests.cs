using Gatehouse.Diagnosis.Tests.World;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>Where nothing is wrong that anybody would notice, nobody is blamed: each control with a hundred seeds.</summary>
public sealed class ControlTests
{
    private const int Seeds = 100;

    private static readonly Dictionary<string, Func<Random, Case>> Controls = new()
    {
        ["healthy"] = static random => Ready(random),
        ["slow but fine"] = static random => With(Ready(random), "database", random, NodeState.Degraded, "slow: took 3 s, more than 1 s", "slow"),
        ["a soft dependency is down"] = static random => With(Ready(random), "search", random, NodeState.Failed, "SocketException: Connection refused", "ConnectionRefused"),
        ["a deployment is under way"] = static random => Starting(random) with
        {
            Marks = [new(Clock.At(-20), MarkKind.DeploymentStarted)],
            Platform = new() { Instances = 1, Probes = [new() { Kind = PlatformProbeKind.Startup, Path = "/startup", Period = TimeSpan.FromSeconds(10), FailureThreshold = 24, Status = 503 }], Lines = [new(Clock.At(1), "probe_failed", "HTTP probe failed with status 503")] },
        },
        ["a node is red that nobody needs"] = static random => With(Ready(random), "weather", random, NodeState.Failed, "NullReferenceException: Object reference", "NullReferenceException"),
        ["recovered before the case"] = static random => Recovered(random),
        ["a drain ended"] = static random => Drained(random, isOver: true),
        ["a drain is under way, as it should be"] = static random => Drained(random, isOver: false),
        ["the start is within its time"] = static random => Starting(random),
        ["a noisy informational neighbour"] = static random => With(Ready(random), "rumours", random, NodeState.Failed, "timeout", "timeout"),
        ["a limit was reached and is free again"] = static random => Ready(random) with { Admission = new() { Door = Door.Open, Open = 700, MostOpen = 1000, Decisions = [new("accepted", null, null, 5000), new("refused", "too_many_connections", null, 40) { First = Clock.At(100), Last = Clock.At(150) }] } },
        ["a migration landed"] = static random => Ready(random) with { Marks = [new(Clock.At(100), MarkKind.MigrationBegan), new(Clock.At(103), MarkKind.MigrationLanded)] },
        ["one failure in doubt"] = static random => With(Ready(random), "redis", random, NodeState.Degraded, "in doubt (1 of 3 failures): Redis is connected and does not answer", "timeout"),
        ["a few calls to a provider failed"] = static random => Ready(random) with { Providers = [new() { Name = "oracle", Calls = 80, FirstWord = TimeSpan.FromSeconds(2), Failures = [new("agent_unreachable", 2)] }] },
        ["a small step of the clock"] = static random => Ready(random) with { Process = new() { ClockJumps = [new(Clock.At(390), TimeSpan.FromSeconds(1.5))], PoolDelay = TimeSpan.FromMilliseconds(20) } },
    };

    public static TheoryData<string> Names => [.. Controls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nobody_is_blamed(string control)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var report = FiveWhys.Explain(Controls[control](new(Scenario.Seed(control, seed))));
            Assert.True(report is { Verdict: Verdict.Healthy, Roots.Count: 0, LookAgain.Count: 0 }, $"seed {seed}: {report.Verdict} {report.Summary}");
        }
    }

    [Fact]
    public void What_is_slow_is_told_and_nobody_blamed_for_it()
    {
        var slow = Controls["slow but fine"](new(1));
        Assert.EndsWith("notice. database does its work, and more slowly than it should.", FiveWhys.Explain(slow).Summary);
        Assert.EndsWith("notice.", FiveWhys.Explain(Controls["healthy"](new(1))).Summary);
    }

    private static Case Ready(Random random)
    {
        List<Place> places = [.. Town.All[0], new("search", "bystander", null, [Edge.Hard("redis")], IsRequired: false), new("weather", "bystander", null, [], IsRequired: false), new("rumours", "bystander", null, [], IsRequired: false)];
        var world = new Simulation(places, [], random, 380 + (20 * random.NextDouble()));
        var nodes = world.Lives.Select(life => new NodeEvidence
        {
            Name = life.Place.Name,
            After = life.Place.Name == "chat" ? [.. life.Place.After, Edge.Soft("search"), Edge.Informational("rumours")] : life.Place.After,
            IsRequired = life.Place.IsRequired,
            State = life.State,
            Since = Clock.At(life.Since),
            LastGood = Clock.At(life.LastGood!.Value),
            LastVerdict = Clock.At(life.LastVerdict!.Value),
            Runs = life.Runs,
            Events = life.Events,
        });
        return new() { At = Clock.At(world.End), Graph = new() { At = Clock.At(world.End), Nodes = [.. nodes], IsReady = true, StartedAt = Clock.At(20) }, Process = new() { StartedAt = Clock.Birth } };
    }

    private static Case Starting(Random random)
    {
        var world = new Simulation(Town.All[0], [], random, 0.2 + (8 * random.NextDouble()));
        var nodes = world.Lives.Select(life => new NodeEvidence
        {
            Name = life.Place.Name,
            After = life.Place.After,
            IsRequired = life.Place.IsRequired,
            State = life.State,
            Since = life.Events.Count > 0 ? Clock.At(life.Since) : null,
            LastVerdict = life.LastVerdict is { } at ? Clock.At(at) : null,
            WaitingOn = world.WaitingOn(life),
            Runs = life.Runs,
            Events = life.Events,
        });
        return new() { At = Clock.At(world.End), Graph = new() { At = Clock.At(world.End), Nodes = [.. nodes] }, Process = new() { StartedAt = Clock.Birth } };
    }

    private static Case Recovered(Random random)
    {
        var from = 200 + (20 * random.NextDouble());
        var given = Ready(random);
        return given with
        {
            Graph = given.Graph! with
            {
                Nodes = [.. given.Graph.Nodes.Select(node => node.Name is not ("database" or "schema" or "chat") ? node : node with
                {
                    Events = [.. node.Events, new(Clock.At(from), NodeState.Failed, "Nothing listens", "ConnectionRefused"), new(Clock.At(from + 30), NodeState.Ready, null, null)],
                })],
            },
        };
    }

    private static Case Drained(Random random, bool isOver)
    {
        var given = Ready(random);
        return given with
        {
            Graph = given.Graph! with { IsReady = false, Withdrawn = "draining" },
            Admission = new() { Door = Door.Closed, IsDraining = true, Open = isOver ? 0 : 12, Decisions = [new("refused", "draining", null, 3) { Last = given.At.AddSeconds(-2) }] },
            Marks = isOver ? [new(given.At.AddSeconds(-8), MarkKind.DrainBegan), new(given.At.AddSeconds(-1), MarkKind.DrainEnded)] : [new(given.At.AddSeconds(-8), MarkKind.DrainBegan)],
        };
    }

    private static Case With(Case given, string name, Random random, NodeState state, string reason, string signature)
    {
        var at = given.At.AddSeconds(-random.Next(2, 60));
        return given with
        {
            Graph = given.Graph! with
            {
                Nodes = [.. given.Graph.Nodes.Select(node => node.Name != name ? node : node with { State = state, Reason = reason, Signature = signature, Since = at, Failures = 1, Events = [.. node.Events.Where(each => each.At < at), new(at, state, reason, signature)] })],
            },
        };
    }
}
