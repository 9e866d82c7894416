using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>What a client sees and what the service says of itself, as one diagnosis.</summary>
public sealed class BothViewsTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly OutsideProbe Refused = new()
    {
        Target = "ws://localhost/ws",
        At = At,
        Layers = [new(ProbeLayer.Tcp, LayerOutcome.Passed, TimeSpan.FromMilliseconds(1)), new(ProbeLayer.Upgrade, LayerOutcome.Failed, TimeSpan.FromMilliseconds(2)) { Signature = "status 503" }],
        Status = 503,
        IsGatehouse = true,
    };

    [Fact]
    public void A_walk_that_did_not_fail_needs_no_diagnosis() =>
        Assert.Null(new BothViews(Refused with { Layers = [new(ProbeLayer.Tcp, LayerOutcome.Passed, TimeSpan.FromMilliseconds(1))] }, null).Diagnosis);

    [Fact]
    public void Where_the_service_tells_only_of_its_start_the_chain_follows_who_waits_for_whom()
    {
        var startup = new StartupReading(At, 503)
        {
            Verdict = "not_ready",
            Nodes =
            [
                new("database", "failed") { Reason = "connection refused", Since = At.AddSeconds(-90) },
                new("schema", "waiting") { WaitingOn = ["database"], Since = At.AddSeconds(-90) },
                new("chat", "waiting") { WaitingOn = ["schema"], Since = At.AddSeconds(-90) },
            ],
        };

        var hops = Hops(new BothViews(Refused, startup).Diagnosis!.Chain!).Select(hop => hop.Id).ToList();

        Assert.Equal(["symptom", "node:chat", "node:schema", "node:database"], hops.Take(4));
    }

    [Fact]
    public void What_the_service_knows_of_itself_goes_before_what_its_start_tells()
    {
        var known = new Case { At = At, Graph = new() { At = At, IsReady = true, StartedAt = At.AddHours(-1), Nodes = [] }, Admission = new() { IsDraining = true, Door = Door.Closed } };

        var report = new BothViews(Refused, new(At, 200) { Verdict = "ready" }, known).Diagnosis!;

        Assert.Equal(FiveWhys.Explain(known with { Outside = Refused }).Summary, report.Summary);
    }

    [Fact]
    public void Of_a_stranger_the_outside_is_all_there_is()
    {
        var report = new BothViews(Refused with { Status = 403, IsGatehouse = false, Layers = [new(ProbeLayer.Upgrade, LayerOutcome.Failed, default) { Signature = "status 403" }] }, null).Diagnosis!;

        Assert.Equal(ProbeLayer.Upgrade, report.Symptom?.Layer);
    }

    private static IEnumerable<Hop> Hops(Hop hop) => hop.Causes.SelectMany(Hops).Prepend(hop);
}
