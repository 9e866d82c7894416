using Gatehouse.Admission;
using Gatehouse.Readiness;

namespace Gatehouse.Tests.Admission;

/// <summary>What the gate decides while the graph is ready, and after a node has fallen.</summary>
public sealed class AdmissionGateTests
{
    private static readonly Handshake Somebody = new(new UserKey(0, 1), Returns: false);

    [Fact(Timeout = 60_000)]
    public async Task An_open_door_accepts_and_counts_newcomers_and_those_who_return()
    {
        await using var world = await GateHarness.StartAsync();
        await world.RaiseAsync();

        Assert.Equal(AdmissionVerdict.Accept, world.Gate.Decide(GateHarness.Newcomer).Verdict);
        Assert.Equal(AdmissionVerdict.Accept, world.Gate.Decide(GateHarness.Returning).Verdict);
        Assert.Equal(["accepted/ready/=1", "accepted/resumed/=1"], world.Counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_decision_at_an_open_door_allocates_nothing()
    {
        await using var world = await GateHarness.StartAsync(new AdmissionOptions { UserHandshakesPerSecond = 0, HandshakesPerSecond = 0 });
        await world.RaiseAsync();
        using var open = world.Gate.Decide(Somebody).Seat;
        world.Gate.Decide(Somebody).Seat.Dispose();

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 1000; time++) world.Gate.Decide(Somebody).Seat.Dispose();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact(Timeout = 60_000)]
    public async Task While_it_is_protected_an_open_door_takes_nobody_new_in()
    {
        await using var world = await GateHarness.StartAsync();
        await world.RaiseAsync();

        world.Protection.Begin();
        var refused = world.Gate.Decide(GateHarness.Newcomer);
        world.Protection.End();

        Assert.Equal((AdmissionVerdict.Refuse, 503), (refused.Verdict, refused.Refusal!.Status));
        Assert.Equal(AdmissionVerdict.Accept, world.Gate.Decide(GateHarness.Newcomer).Verdict);
        Assert.Equal(["accepted/ready/=1", "refused/protected/=1"], world.Counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_seat_that_is_left_is_free_again()
    {
        await using var world = await GateHarness.StartAsync(new AdmissionOptions { Connections = 1 });
        await world.RaiseAsync();
        var first = world.Gate.Decide(Somebody);
        var second = world.Gate.Decide(Somebody);
        Assert.Equal((AdmissionVerdict.Refuse, 429), (second.Verdict, second.Refusal!.Status));
        second.Seat.Dispose();
        Assert.Equal(AdmissionVerdict.Refuse, world.Gate.Decide(Somebody).Verdict);

        first.Seat.Dispose();

        Assert.Equal(AdmissionVerdict.Accept, world.Gate.Decide(Somebody).Verdict);
        Assert.Equal(["accepted/ready/=2", "refused/too_many_connections/=2"], world.Counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_held_upgrade_takes_its_seat_when_it_comes_so_that_none_is_refused_when_the_door_opens()
    {
        await using var world = await GateHarness.StartAsync(new AdmissionOptions { UserConnections = 1 });
        var held = world.HoldAsync(Somebody);
        Assert.Equal(429, world.Gate.Decide(Somebody).Refusal!.Status);
        await world.RaiseAsync();
        Assert.Equal(AdmissionVerdict.Accept, (await held.WaitAsync(GateHarness.Patience)).Verdict);
        Assert.Equal(429, world.Gate.Decide(Somebody).Refusal!.Status);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(WhenDown.KeepServing, AdmissionVerdict.Accept)]
    [InlineData(WhenDown.Hold, AdmissionVerdict.Hold)]
    [InlineData(WhenDown.Refuse, AdmissionVerdict.Refuse)]
    internal async Task When_a_node_falls_after_the_start_its_policy_decides(WhenDown whenDown, AdmissionVerdict verdict)
    {
        await using var world = await GateHarness.StartAsync(new(), ("other", WhenDown.Refuse), ("world", whenDown));
        await world.RaiseAsync("other");
        await world.RaiseAsync();
        await world.FellAsync();

        var decision = world.Gate.Decide(GateHarness.Newcomer);

        Assert.Equal((verdict, whenDown is WhenDown.KeepServing ? null : "world"), (decision.Verdict, decision.Node));
        if (decision.Verdict is not AdmissionVerdict.Hold) return;
        var held = world.Gate.HoldAsync(GateHarness.Newcomer, decision, default).AsTask();
        Assert.False(held.IsCompleted);
        await world.RaiseAsync();
        Assert.Equal(AdmissionVerdict.Accept, (await held.WaitAsync(GateHarness.Patience)).Verdict);
    }

    [Fact(Timeout = 60_000)]
    public async Task Of_several_fallen_nodes_one_that_refuses_decides_and_is_named_and_those_who_wait_are_refused()
    {
        await using var world = await GateHarness.StartAsync(
            new(), ("kept", WhenDown.KeepServing), ("held", WhenDown.Hold), ("refused", WhenDown.Refuse));
        foreach (var node in new[] { "kept", "held", "refused" }) await world.RaiseAsync(node);
        foreach (var node in new[] { "kept", "held" }) await world.FellAsync(node);
        var waits = world.HoldAsync(GateHarness.Newcomer);

        await world.FellAsync("refused");

        Assert.Equal("refused", (await waits.WaitAsync(GateHarness.Patience)).Node);
        Assert.Equal((AdmissionVerdict.Refuse, "refused"), (world.Gate.Decide(GateHarness.Newcomer).Verdict, world.Gate.Decide(GateHarness.Newcomer).Node));
    }
}
