using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Readiness.Tests;

/// <summary>When the process itself counts as broken.</summary>
public sealed class ProcessPulseTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly ProcessPulse _pulse;

    public ProcessPulseTests() => _pulse = new(_clock);

    [Fact]
    public void A_process_that_was_never_asked_is_not_broken()
    {
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.Null(_pulse.Judge());
    }

    [Fact]
    public void A_pool_that_keeps_work_waiting_is_broken_until_it_answers()
    {
        Assert.True(_pulse.AskPool());
        _clock.Advance(ProcessPulse.LongestPoolDelay);
        Assert.Null(_pulse.Judge());
        _clock.Advance(Moment);
        Assert.Equal("the thread pool has kept work waiting for 5 s", _pulse.Judge());

        Assert.False(_pulse.AskPool());
        _pulse.PoolAnswered();
        Assert.Null(_pulse.Judge());
        Assert.True(_pulse.AskPool());
    }

    [Fact]
    public void A_supervisor_that_stops_beating_is_broken()
    {
        _pulse.Heartbeat();
        _clock.Advance(ProcessPulse.LongestSilence);
        Assert.Null(_pulse.Judge());
        _clock.Advance(Moment);
        Assert.StartsWith("the supervisor has not beaten", _pulse.Judge(), StringComparison.Ordinal);
        _pulse.Heartbeat();
        Assert.Null(_pulse.Judge());
    }
}
