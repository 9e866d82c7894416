using Gatehouse.Admission;
using Gatehouse.Operations;
using Gatehouse.Readiness;

namespace Gatehouse.Tests.Admission;

/// <summary>Upgrades that come too early: held, bounded, released at the moment that decides, and never accepted to stall.</summary>
public sealed class HeldUpgradesTests
{
    private static readonly AdmissionOptions Telling = new() { Starting = true };

    [Fact(Timeout = 60_000)]
    public async Task All_are_accepted_when_the_graph_is_ready_and_no_time_has_to_pass()
    {
        await using var world = await GateHarness.StartAsync();
        var held = Enumerable.Range(0, 500).Select(number => world.HoldAsync(number % 2 == 0 ? GateHarness.Newcomer : GateHarness.Returning)).ToList();
        Assert.Equal(500, world.Held.Count);
        Assert.Equal(500, world.Metrics.Connections[ConnectionState.Held]);
        Assert.Empty(world.Counted);

        await world.RaiseAsync();
        var decisions = await Task.WhenAll(held).WaitAsync(GateHarness.Patience);

        Assert.All(decisions, decision => Assert.Equal(AdmissionVerdict.Accept, decision.Verdict));
        Assert.Equal(["accepted/held/world=500"], world.Counted);
        Assert.Equal((0, 0), (world.Held.Count, world.Metrics.Connections[ConnectionState.Held]));
    }

    [Fact(Timeout = 60_000)]
    public async Task When_the_time_is_over_the_answer_is_503_with_the_node()
    {
        await using var world = await GateHarness.StartAsync(new AdmissionOptions { Hold = TimeSpan.FromSeconds(10) });
        var held = world.HoldAsync(GateHarness.Newcomer);
        world.Clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(held.IsCompleted);
        world.Clock.Advance(TimeSpan.FromSeconds(0.1));

        var decision = await held.WaitAsync(GateHarness.Patience);

        Assert.Equal((AdmissionVerdict.Refuse, 503, "world"), (decision.Verdict, decision.Refusal!.Status, decision.Refusal.Node));
        Assert.Contains("world", decision.Refusal.Detail);
        Assert.NotNull(decision.Refusal.RetryAfter);
        Assert.Equal(["refused/not_ready/world=1"], world.Counted);
        Assert.Equal(0, world.Held.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task Beyond_the_bound_the_answer_comes_at_once_and_a_place_that_is_free_again_is_used()
    {
        await using var world = await GateHarness.StartAsync(new AdmissionOptions { MaxHeld = 2 });
        using var leaves = new CancellationTokenSource();
        var first = world.HoldAsync(GateHarness.Newcomer);
        var second = world.HoldAsync(GateHarness.Newcomer, leaves.Token);
        var third = world.HoldAsync(GateHarness.Newcomer);
        Assert.True(third.IsCompleted);
        Assert.Equal(AdmissionVerdict.Refuse, (await third).Verdict);
        Assert.Equal(2, world.Held.Count);

        await leaves.CancelAsync();
        Assert.Equal(AdmissionVerdict.Gone, (await second.WaitAsync(GateHarness.Patience)).Verdict);
        Assert.Equal(1, world.Held.Count);
        var fourth = world.HoldAsync(GateHarness.Newcomer);
        Assert.False(fourth.IsCompleted);

        await world.RaiseAsync();
        Assert.All(await Task.WhenAll(first, fourth).WaitAsync(GateHarness.Patience), decision => Assert.Equal(AdmissionVerdict.Accept, decision.Verdict));
        Assert.Equal(["accepted/held/world=2", "refused/not_ready/world=1"], world.Counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Those_who_return_are_released_before_the_others()
    {
        await using var world = await GateHarness.StartAsync();
        var turns = new Turns();
        var newcomer = turns.Begin(() => world.HoldAsync(GateHarness.Newcomer));
        var returning = turns.Begin(() => world.HoldAsync(GateHarness.Returning));
        await world.RaiseAsync();

        while (!returning.IsCompleted)
        {
            await turns.NextAsync();
            Assert.False(newcomer.IsCompleted);
        }
        while (!newcomer.IsCompleted) await turns.NextAsync();
        Assert.Equal(AdmissionVerdict.Accept, (await newcomer).Verdict);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fault_that_waiting_cannot_mend_refuses_those_who_wait_and_those_who_come()
    {
        await using var world = await GateHarness.StartAsync(new(), ("world", WhenDown.Refuse), ("schema", WhenDown.Refuse));
        var held = world.HoldAsync(GateHarness.Newcomer);
        await world.DoomAsync("schema");

        var decision = await held.WaitAsync(GateHarness.Patience);

        Assert.Equal((AdmissionVerdict.Refuse, "schema"), (decision.Verdict, decision.Refusal!.Node));
        Assert.Equal(AdmissionVerdict.Refuse, world.Gate.Decide(GateHarness.Newcomer).Verdict);
        Assert.Equal(["refused/not_ready/schema=2"], world.Counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task An_instance_that_goes_away_says_so_to_those_who_wait_and_those_who_come()
    {
        await using var world = await GateHarness.StartAsync(Telling);
        var held = world.HoldAsync(GateHarness.Newcomer);
        world.Graph.Withdraw("It stops.");

        var decision = await held.WaitAsync(GateHarness.Patience);

        Assert.Equal((AdmissionVerdict.Refuse, 503, HandshakeReason.Draining), (decision.Verdict, decision.Refusal!.Status, decision.Refusal.Reason));
        Assert.Equal(AdmissionVerdict.Refuse, world.Gate.Decide(GateHarness.Newcomer).Verdict);
        Assert.Equal(["refused/draining/=2"], world.Counted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Where_it_is_asked_for_a_refusal_is_told_at_the_end_of_the_hold_and_beyond_the_bound()
    {
        await using var world = await GateHarness.StartAsync(Telling with { MaxHeld = 1 });
        var held = world.HoldAsync(GateHarness.Newcomer);
        var beyond = await world.HoldAsync(GateHarness.Newcomer);
        world.Clock.Advance(TimeSpan.FromSeconds(10));
        var late = await held.WaitAsync(GateHarness.Patience);

        Assert.Equal((AdmissionVerdict.Tell, "world"), (beyond.Verdict, beyond.Node));
        Assert.Equal((AdmissionVerdict.Tell, "world"), (late.Verdict, late.Node));
        Assert.Equal(["refused/not_ready/world=2"], world.Counted);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, AdmissionVerdict.Refuse)]
    [InlineData(true, AdmissionVerdict.Tell)]
    internal async Task With_no_time_to_hold_the_answer_comes_at_once(bool starting, AdmissionVerdict verdict)
    {
        await using var world = await GateHarness.StartAsync(new AdmissionOptions { Hold = TimeSpan.Zero, Starting = starting, Connections = 1 });
        for (var time = 0; time < 3; time++)
        {
            var decision = world.Gate.Decide(GateHarness.Newcomer);
            Assert.Equal((verdict, "world"), (decision.Verdict, decision.Node));
            decision.Seat.Dispose();
        }
    }

    // Runs what is to go on after an await one by one, when the test says so.
    private sealed class Turns : SynchronizationContext
    {
        private readonly System.Threading.Channels.Channel<Action> _next = System.Threading.Channels.Channel.CreateUnbounded<Action>();

        public override void Post(SendOrPostCallback d, object? state) => _next.Writer.TryWrite(() => d(state));

        public T Begin<T>(Func<T> begin)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                return begin();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }

        public async Task NextAsync()
        {
            var next = await _next.Reader.ReadAsync().AsTask().WaitAsync(GateHarness.Patience);
            Begin(() =>
            {
                next();
                return 0;
            });
        }
    }
}
