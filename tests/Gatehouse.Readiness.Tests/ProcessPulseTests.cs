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
        Assert.Null(Live(TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_pool_that_keeps_work_waiting_is_broken_until_it_answers()
    {
        Assert.True(_pulse.AskPool());
        Assert.Null(Live(ProcessPulse.LongestPoolDelay));
        Assert.Equal("the thread pool has kept work waiting for 5 s", Live(Moment));

        Assert.False(_pulse.AskPool());
        _pulse.PoolAnswered();
        Assert.Null(_pulse.Judge());
        Assert.True(_pulse.AskPool());
    }

    [Fact]
    public void A_supervisor_that_stops_beating_is_broken()
    {
        _pulse.Heartbeat();
        Assert.Null(Live(ProcessPulse.LongestSilence));
        Assert.StartsWith("the supervisor has not beaten", Live(Moment), StringComparison.Ordinal);
        _pulse.Heartbeat();
        Assert.Null(_pulse.Judge());
    }

    [Fact]
    public void A_process_that_was_frozen_is_not_broken_when_it_wakes_unless_it_stays_silent()
    {
        _pulse.Heartbeat();
        Assert.True(_pulse.AskPool());
        for (var time = 0; time < 3; time++)
        {
            _clock.Advance(TimeSpan.FromHours(1));
            Assert.Null(_pulse.Judge());
        }
        Assert.StartsWith("the thread pool", Live(ProcessPulse.LongestPoolDelay), StringComparison.Ordinal);
        _pulse.PoolAnswered();
        Assert.StartsWith("the supervisor", Live(ProcessPulse.LongestSilence), StringComparison.Ordinal);
    }

    /// <summary>Lets time pass as the watch lives through it.</summary>
    /// <returns>The last judgement.</returns>
    private string? Live(TimeSpan time)
    {
        string? broken = null;
        for (var left = time; left > TimeSpan.Zero; left -= ProcessWatch.Interval)
        {
            _clock.Advance(left < ProcessWatch.Interval ? left : ProcessWatch.Interval);
            broken = _pulse.Judge();
        }
        return broken;
    }
}
