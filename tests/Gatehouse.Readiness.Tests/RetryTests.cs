using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Readiness.Tests;

/// <summary>The arithmetic of rests and restarts.</summary>
public sealed class RetryTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Rests_double_up_to_their_ceiling_and_stay_there_for_ever()
    {
        var retry = Retry.Backoff(Second, 5 * Second);

        Assert.Equal([1, 2, 4, 5, 5], Enumerable.Range(1, 5).Select(failure => retry.Delay(failure, 0.5).TotalSeconds));
        Assert.Equal(5 * Second, retry.Delay(int.MaxValue, 0.5));
    }

    [Fact]
    public void Jitter_spreads_to_both_sides_and_no_further()
    {
        var retry = Retry.Every(Second) with { Jitter = 0.1 };

        Assert.Equal([0.9, 1.0, 1.1], new[] { 0, 0.5, 1 }.Select(random => Math.Round(retry.Delay(1, random).TotalSeconds, 6)));
    }

    [Fact]
    public void Restarts_that_lie_apart_are_never_parked()
    {
        var clock = new FakeTimeProvider();
        var schedule = new RestartSchedule(clock, () => 0.5);
        for (var crash = 0; crash < 100; crash++)
        {
            schedule.Crashed(clock.GetTimestamp());
            Assert.False(schedule.IsParked);
            clock.Advance(TimeSpan.FromSeconds(12.1));
        }
    }

    [Fact]
    public void The_sixth_crash_within_a_minute_parks()
    {
        var clock = new FakeTimeProvider();
        var schedule = new RestartSchedule(clock, () => 0.5);
        TimeSpan[] rests = [.. Enumerable.Range(0, 6).Select(_ =>
        {
            clock.Advance(Second);
            return schedule.Crashed(clock.GetTimestamp());
        })];

        Assert.Equal([1, 2, 4, 8, 16, 60], rests.Select(rest => rest.TotalSeconds));
        Assert.True(schedule.IsParked);
    }

    [Fact]
    public void Delays_begin_anew_after_a_quiet_minute()
    {
        var clock = new FakeTimeProvider();
        var schedule = new RestartSchedule(clock, () => 0.5);
        for (var crash = 0; crash < 4; crash++) schedule.Crashed(clock.GetTimestamp());
        clock.Advance(RestartSchedule.Within + Second);

        Assert.Equal(Second, schedule.Crashed(clock.GetTimestamp()));
    }
}
