using Gatehouse.Log;
using Gatehouse.Protocol;
using Gatehouse.Runs;
using Gatehouse.Store;

namespace Gatehouse.Tests.Runs;

/// <summary>What the simulation does not ask: time. Everything about order is proved there.</summary>
public sealed class OwnerMachineTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly OwnerRules Rules = new(
        TimeSpan.FromMilliseconds(40), TimeSpan.FromSeconds(10), MaxSteps: 2, CheckpointEvery: 1000, (_, _) => new(Idempotent: true, NeedsApproval: false));

    private readonly OwnerMachine _machine = new(
        new("t", 1, Position.Start, Orderly: true, new("r", "agent", RunState.Queued) { Prompt = new("m", "user", "hello") }), Rules);

    private readonly List<OwnerEffect> _seen = [];

    [Fact]
    public void A_timer_that_is_early_is_set_again()
    {
        var deadline = RunToTheModel();
        _machine.Handle(OwnerInput.Tick.Instance, deadline - TimeSpan.FromMilliseconds(1));

        Assert.Equal(new OwnerEffect.Wake(deadline), Assert.Single(_machine.TakeEffects()));
    }

    [Fact]
    public void A_silent_model_is_stopped_at_the_end_of_the_budget()
    {
        var deadline = RunToTheModel();
        _machine.Handle(OwnerInput.Tick.Instance, deadline);
        Answer(deadline);

        Assert.Contains(OwnerEffect.StopWork.Instance, _seen);
        var closing = Assert.Single(_seen.OfType<OwnerEffect.Write>().Select(write => write.Checkpoint.Change).OfType<RunChange.Closing>());
        Assert.Equal(RunEnd.Failed, closing.End);
        Assert.Contains("budget_exceeded", System.Text.Encoding.UTF8.GetString(closing.Terminal));
    }

    [Fact]
    public void The_first_token_goes_at_once_and_the_next_ones_together_an_interval_later()
    {
        RunToTheModel();
        Say("one ", Start);
        Assert.Equal(["TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT"], Appended());
        Answer(Start);
        Say("two ", Start.AddMilliseconds(10));
        Say("three", Start.AddMilliseconds(20));
        Assert.Empty(Appended());
        _machine.Handle(OwnerInput.Tick.Instance, Start.AddMilliseconds(40));
        Assert.Equal(["TEXT_MESSAGE_CONTENT"], Appended());
    }

    [Theory]
    [InlineData(0, 40)]
    [InlineData(3, 40)]
    [InlineData(9.9, 40)]
    [InlineData(10, 50)]
    public void After_the_first_append_the_next_is_on_a_beat_that_all_owners_share(double saidAt, double nextAt)
    {
        RunToTheModel();
        Say("one ", Start.AddMilliseconds(saidAt));
        Answer(Start.AddMilliseconds(saidAt));
        _ = Appended();

        Say("two ", Start.AddMilliseconds(nextAt - 0.1));
        Assert.Empty(Appended());
        Assert.Equal(Start.AddMilliseconds(nextAt), _seen.OfType<OwnerEffect.Wake>().Last().At);
        _machine.Handle(OwnerInput.Tick.Instance, Start.AddMilliseconds(nextAt));
        Assert.Equal(["TEXT_MESSAGE_CONTENT"], Appended());
    }

    [Fact]
    public void A_model_that_calls_tools_in_circles_is_ended()
    {
        RunToTheModel();
        for (var step = 0; step < 2; step++)
        {
            _machine.Handle(new OwnerInput.ModelSaid("r", step, new ModelDelta.Call("tool", "{}")), Start);
            _machine.Handle(new OwnerInput.ModelEnded("r", step, null), Start);
            Answer(Start);
            _machine.Handle(new OwnerInput.ToolEnded($"r.{step}.c0", "again", null), Start);
            Answer(Start);
        }
        Assert.Equal(RunEnd.Failed, Assert.Single(_seen.OfType<OwnerEffect.RunEnded>()).End);
    }

    [Fact]
    public void A_call_of_a_tool_that_does_not_exist_is_answered_and_the_model_asked_again()
    {
        var machine = new OwnerMachine(
            new("t", 1, Position.Start, Orderly: true, new("r", "agent", RunState.Queued) { Prompt = new("m", "user", "hello") }),
            Rules with { Tool = (_, _) => null });
        machine.Start(Start);
        Answer(Start, machine);
        machine.Handle(new OwnerInput.ModelSaid("r", 0, new ModelDelta.Call("nothing", "{}")), Start);
        machine.Handle(new OwnerInput.ModelEnded("r", 0, null), Start);
        Answer(Start, machine);

        Assert.Equal([0, 1], _seen.OfType<OwnerEffect.CallModel>().Select(call => call.Step));
    }

    [Fact]
    public void Without_a_lease_no_step_is_begun_and_with_it_the_owner_goes_on()
    {
        var machine = Machine(leasedUntil: Start.AddSeconds(15));
        var late = Start.AddSeconds(15);
        machine.Start(late);
        Answer(late, machine);
        Assert.Empty(_seen.OfType<OwnerEffect.CallModel>());

        machine.Handle(new OwnerInput.Leased(late), late);
        Answer(late, machine);
        Assert.Empty(_seen.OfType<OwnerEffect.CallModel>());

        machine.Handle(new OwnerInput.Leased(late.AddSeconds(1)), late);
        Answer(late, machine);
        Assert.Single(_seen.OfType<OwnerEffect.CallModel>());
    }

    [Fact]
    public void A_step_under_way_streams_on_when_the_lease_has_run_out()
    {
        var machine = Machine(leasedUntil: Start.AddSeconds(5));
        machine.Start(Start);
        Answer(Start, machine);
        machine.Handle(new OwnerInput.ModelSaid("r", 0, new ModelDelta.Text("on ")), Start.AddSeconds(6));
        Answer(Start.AddSeconds(6), machine);

        Assert.Contains(_seen.OfType<OwnerEffect.CallLog>().Select(call => call.Call).OfType<LogCall.Append>(),
            append => append.Entries.Any(entry => System.Text.Encoding.UTF8.GetString(entry.Utf8.Span).Contains("on ")));
    }

    [Fact]
    public void A_thread_is_handed_over_at_the_end_of_the_step()
    {
        RunToTheModel();
        _machine.Handle(new OwnerInput.ModelSaid("r", 0, new ModelDelta.Call("tool", "{}")), Start);
        _machine.Handle(new OwnerInput.HandOver(AtOnce: false), Start);
        Answer(Start);
        Assert.DoesNotContain(OwnerEffect.Release.Instance, _seen);

        _machine.Handle(new OwnerInput.ModelEnded("r", 0, null), Start);
        Answer(Start);
        Assert.Contains(OwnerEffect.Release.Instance, _seen);
        Assert.Empty(_seen.OfType<OwnerEffect.CallTool>());
        Assert.Equal(OwnerStop.HandedOver, Assert.Single(_seen.OfType<OwnerEffect.Stop>()).Reason);
    }

    [Fact]
    public void At_the_end_of_its_time_a_model_call_is_dropped_and_the_thread_given_up()
    {
        RunToTheModel();
        _machine.Handle(new OwnerInput.HandOver(AtOnce: false), Start);
        _machine.Handle(new OwnerInput.HandOver(AtOnce: true), Start);
        Answer(Start);

        Assert.Contains(OwnerEffect.StopWork.Instance, _seen);
        Assert.Equal(OwnerStop.HandedOver, Assert.Single(_seen.OfType<OwnerEffect.Stop>()).Reason);
    }

    private static OwnerMachine Machine(DateTimeOffset leasedUntil) => new(
        new("t", 1, Position.Start, Orderly: true, new("r", "agent", RunState.Queued) { Prompt = new("m", "user", "hello") }), Rules, leasedUntil);

    private DateTimeOffset RunToTheModel()
    {
        _machine.Start(Start);
        Answer(Start);
        Assert.Single(_seen.OfType<OwnerEffect.CallModel>());
        return Start + Rules.RunBudget;
    }

    private void Say(string text, DateTimeOffset now) => _machine.Handle(new OwnerInput.ModelSaid("r", 0, new ModelDelta.Text(text)), now);

    private IReadOnlyList<string> Appended()
    {
        var effects = _machine.TakeEffects();
        _seen.AddRange(effects);
        _unanswered.AddRange(effects);
        return [.. effects.OfType<OwnerEffect.CallLog>().Select(call => call.Call).OfType<LogCall.Append>()
            .SelectMany(append => append.Entries).Select(entry => System.Text.Json.JsonElement.Parse(entry.Utf8.Span).GetProperty("type").GetString()!)];
    }

    private readonly List<OwnerEffect> _unanswered = [];

    // A log and a store that do everything at once.
    private void Answer(DateTimeOffset now, OwnerMachine? machine = null)
    {
        machine ??= _machine;
        _unanswered.AddRange(machine.TakeEffects());
        while (_unanswered.Count > 0)
        {
            var effect = _unanswered[0];
            _unanswered.RemoveAt(0);
            if (!_seen.Contains(effect)) _seen.Add(effect);
            switch (effect)
            {
                case OwnerEffect.CallLog { Call: LogCall.Begin begin }:
                    machine.Handle(new OwnerInput.LogAnswered(new LogAnswer(LogVerdict.Done, begin.Position)), now);
                    break;
                case OwnerEffect.CallLog { Call: LogCall.Append append }:
                    machine.Handle(new OwnerInput.LogAnswered(new LogAnswer(LogVerdict.Done, append.Entries[^1].Position)), now);
                    break;
                case OwnerEffect.Write: machine.Handle(new OwnerInput.CheckpointAnswered(CheckpointVerdict.Done), now); break;
                case OwnerEffect.Release: machine.Handle(new OwnerInput.Released(Answered: true), now); break;
                case OwnerEffect.Proceed: machine.Handle(new OwnerInput.Proceeded(false, null), now); break;
            }
            _unanswered.AddRange(machine.TakeEffects());
        }
    }
}
