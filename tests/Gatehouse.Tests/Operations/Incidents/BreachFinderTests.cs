using Gatehouse.Diagnosis;
using Gatehouse.Operations.Incidents;
using Gatehouse.Readiness;

namespace Gatehouse.Tests.Operations.Incidents;

public sealed class BreachFinderTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly BreachFinder _finder = new(new(TimeSpan.FromSeconds(60), RefusedPercent: 1, FailedTurnsPercent: 7), Start);
    private DateTimeOffset _now = Start;
    private Totals _totals;

    [Fact]
    public void A_healthy_instance_breaks_no_rule() => Assert.Empty(Find(Ready()));

    [Fact]
    public void An_instance_that_was_ready_and_is_not_is_a_breach_that_names_who_is_down_and_since_when()
    {
        var breach = Assert.Single(Find(Ready() with { IsReady = false, Nodes = [Node("database", NodeState.Failed), Node("chat", NodeState.Ready)] }));

        Assert.Equal((IncidentRule.ReadinessLost, "The instance is not ready any more: database."), (breach.Rule, breach.Text));
        Assert.Equal((SymptomKind.ReadinessLost, Start), (breach.Symptom.Kind, breach.Symptom.Onset));
    }

    [Fact]
    public void A_draining_instance_has_not_lost_its_readiness() =>
        Assert.Empty(Find(Ready() with { IsReady = false, Withdrawn = "The server is stopping.", Nodes = [Node("database", NodeState.Failed)] }));

    [Fact]
    public void A_start_may_take_as_long_as_it_may()
    {
        var starting = Starting(Node("database", NodeState.Failed));
        Assert.Empty(Find(starting, after: TimeSpan.FromSeconds(60)));

        var breach = Assert.Single(Find(starting, after: TimeSpan.FromSeconds(1)));

        Assert.Equal((IncidentRule.StartFailed, "The start has not ended within 60 s."), (breach.Rule, breach.Text));
    }

    [Fact]
    public void A_fault_that_waiting_does_not_mend_fails_the_start_at_once() =>
        Assert.Equal(IncidentRule.StartFailed, Assert.Single(Find(Starting(Node("schema", NodeState.Failed) with { IsFatal = true }))).Rule);

    [Fact]
    public void Each_parked_monitor_is_a_breach_of_its_own()
    {
        var breaches = Find(Ready() with { Nodes = [Node("a", NodeState.Ready) with { IsParked = true }, Node("b", NodeState.Ready) with { IsParked = true, Reason = "It threw" }] });

        Assert.Equal(["parked:a", "parked:b"], breaches.Select(breach => breach.Key));
        Assert.Equal("The monitor of b is parked: It threw.", breaches[1].Text);
    }

    [Theory]
    [InlineData(99, 1, false)]      // 1 % is not more than 1 %
    [InlineData(98, 2, true)]
    [InlineData(0, 9, false)]       // too few to say
    [InlineData(0, 10, true)]
    public void Refused_upgrades_are_a_breach_by_their_share_of_a_minute(int accepted, int refused, bool isBreach)
    {
        Find(Ready());
        _totals = new(accepted, refused, 0, 0);

        Assert.Equal(isBreach, Find(Ready(), TimeSpan.FromSeconds(10)).Count == 1);
        Assert.Empty(Find(Ready(), TimeSpan.FromSeconds(70)));      // the same totals: nothing came in the last minute
    }

    [Fact]
    public void Failed_turns_are_a_breach_when_the_long_window_says_so_too()
    {
        _totals = new(0, 0, 1000, 0);
        Find(Ready());
        for (var minute = 0; minute < 10; minute++) Find(Ready(), TimeSpan.FromMinutes(1));

        _totals = _totals with { TurnsDone = 1010, TurnsFailed = 20 };      // two thirds of five minutes, 2 % of the hour
        Assert.Empty(Find(Ready(), TimeSpan.FromSeconds(10)));

        _totals = _totals with { TurnsFailed = 100 };
        Assert.Equal(IncidentRule.BudgetBurning, Assert.Single(Find(Ready(), TimeSpan.FromSeconds(10))).Rule);

        Assert.Empty(Find(Ready(), TimeSpan.FromMinutes(6)));               // nothing failed within the short window
    }

    private static ReadinessSnapshot Ready() => new() { Version = 1, At = Start, Nodes = [Node("chat", NodeState.Ready)], StartedAt = Start, IsReady = true };

    private static ReadinessSnapshot Starting(params NodeSnapshot[] nodes) => new() { Version = 1, At = Start, Nodes = [.. nodes] };

    private static NodeSnapshot Node(string name, NodeState state) =>
        new() { Name = name, After = [], IsRequired = true, WhenDown = WhenDown.Refuse, State = state, Since = Start };

    private IReadOnlyList<Breach> Find(ReadinessSnapshot graph, TimeSpan after = default) => _finder.Find(_now += after, graph, _totals);
}
