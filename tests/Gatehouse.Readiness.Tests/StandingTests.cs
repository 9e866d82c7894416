using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Readiness.Tests;

/// <summary>The unbroken window against a naive model, with simulated time and no thread.</summary>
public sealed class StandingTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LeastRest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(250);

    private readonly FakeTimeProvider _clock = new();

    /// <summary>Breaks at random moments of five seconds, checks that always succeed and take up to 20 ms, as the loop would run them.</summary>
    [Fact]
    public void A_flapping_connection_is_never_stable_and_is_soon_after_its_last_break()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            var breaks = new Queue<TimeSpan>(Enumerable.Range(0, random.Next(1, 40))
                .Select(_ => TimeSpan.FromMilliseconds(random.Next(1, 5000))).Order());
            var (last, readyAt) = (breaks.Last(), Play(breaks, () => TimeSpan.FromMilliseconds(random.Next(0, 20))));

            if (readyAt < last) Assert.True(breaks.Count > 0, $"seed {seed}: the play ended early"); // a gap of a whole window is stable in truth
            else Assert.True(readyAt >= last + Window && readyAt <= last + Window + Tolerance, $"seed {seed}: stable at {readyAt}, last break at {last}");
        }
    }

    [Fact]
    public void Stable_means_that_the_naive_model_says_so_too()
    {
        for (var seed = 0; seed < 1000; seed++)
        {
            var (random, standing, model) = (new Random(seed), New(Stability.Unbroken(Window)), new NaiveWindow(Window, successes: 3));
            for (var step = 0; step < 60 && !standing.HasStood; step++)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 1500)));
                var startedAt = _clock.GetTimestamp();
                _clock.Advance(TimeSpan.FromMilliseconds(random.Next(0, 200)));
                switch (random.Next(10))
                {
                    case 0:
                        standing.Break("break", _clock.GetTimestamp());
                        model.Bad(_clock.GetTimestamp());
                        break;
                    case 1:
                        standing.Observe(new(CheckResult.Failed("down"), startedAt, _clock.GetTimestamp()));
                        model.Bad(_clock.GetTimestamp());
                        break;
                    default:
                        standing.Observe(new(CheckResult.Healthy, startedAt, _clock.GetTimestamp()));
                        model.Good(_clock.GetTimestamp());
                        break;
                }
                Assert.Equal(model.IsStable(_clock), standing.HasStood);
            }
        }
    }

    [Fact]
    public void A_success_that_began_before_the_break_proves_nothing()
    {
        var standing = New(Stability.Unbroken(TimeSpan.Zero) with { Successes = 1 });
        var startedAt = _clock.GetTimestamp();
        _clock.Advance(LeastRest);
        standing.Break("killed", _clock.GetTimestamp());
        _clock.Advance(LeastRest);

        standing.Observe(new(CheckResult.Healthy, startedAt, _clock.GetTimestamp()));

        Assert.False(standing.HasStood);
    }

    [Theory]
    [InlineData(9, 10.0)]
    [InlineData(10, 0.25)]
    public void Only_a_peer_that_has_been_up_for_ten_seconds_gets_the_short_window(int uptimeSeconds, double expectedSeconds) =>
        Assert.Equal(TimeSpan.FromSeconds(expectedSeconds), TimeToStable(New(Stability.Unbroken()), TimeSpan.FromSeconds(uptimeSeconds)));

    [Fact]
    public void A_connection_that_has_shown_a_break_gets_the_long_window_whatever_its_peer_says()
    {
        var standing = New(Stability.Unbroken());
        standing.Break("killed", _clock.GetTimestamp());

        Assert.Equal(TimeSpan.FromSeconds(10), TimeToStable(standing, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_peer_whose_uptime_shrinks_has_restarted_and_opens_the_window_again()
    {
        var standing = New(Stability.Unbroken());
        Succeed(standing, TimeSpan.FromHours(1));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(TimeSpan.FromSeconds(10), TimeToStable(standing, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Failures_between_successes_add_up_while_no_whole_window_passes()
    {
        var standing = New(Stability.Unbroken(Window));
        TimeToStable(standing, uptime: null);
        Assert.Equal(NodeState.Ready, standing.State);
        for (var failure = 1; failure <= 3; failure++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            standing.Observe(new(CheckResult.Failed("down"), _clock.GetTimestamp(), _clock.GetTimestamp()));
            Assert.Equal(failure < 3 ? NodeState.Degraded : NodeState.Failed, standing.State);
            _clock.Advance(TimeSpan.FromSeconds(1));
            Succeed(standing, uptime: null);
        }
        Assert.Equal(NodeState.Stabilising, standing.State);
    }

    /// <summary>Drives the standing as the loop does; consumes the breaks that came before it was stable.</summary>
    private TimeSpan Play(Queue<TimeSpan> breaks, Func<TimeSpan> duration)
    {
        var standing = New(Stability.Unbroken(Window));
        var begin = _clock.GetTimestamp();
        while (true)
        {
            var startedAt = _clock.GetTimestamp();
            var endsAt = _clock.GetElapsedTime(begin) + duration();
            while (breaks.TryPeek(out var at) && at <= endsAt) { AdvanceTo(at); breaks.Dequeue(); standing.Break("killed", _clock.GetTimestamp()); }
            AdvanceTo(endsAt);
            standing.Observe(new(CheckResult.Healthy, startedAt, _clock.GetTimestamp()));
            if (standing.HasStood) return _clock.GetElapsedTime(begin);

            var nextAt = endsAt + standing.NextStep(_clock.GetTimestamp());
            if (breaks.TryPeek(out var wake) && wake < nextAt)
            {
                AdvanceTo(wake);
                breaks.Dequeue();
                standing.Break("killed", _clock.GetTimestamp());
                nextAt = wake > endsAt + LeastRest ? wake : endsAt + LeastRest;
            }
            while (breaks.TryPeek(out var more) && more <= nextAt) { AdvanceTo(more); breaks.Dequeue(); standing.Break("killed", _clock.GetTimestamp()); }
            AdvanceTo(nextAt);
        }

        void AdvanceTo(TimeSpan at)
        {
            var step = at - _clock.GetElapsedTime(begin);
            if (step > TimeSpan.Zero) _clock.Advance(step);
        }
    }

    private TimeSpan TimeToStable(Standing standing, TimeSpan? uptime)
    {
        var begin = _clock.GetTimestamp();
        for (Succeed(standing, uptime); !standing.HasStood; Succeed(standing, uptime + _clock.GetElapsedTime(begin)))
            _clock.Advance(standing.NextStep(_clock.GetTimestamp()));
        return _clock.GetElapsedTime(begin);
    }

    private void Succeed(Standing standing, TimeSpan? uptime) => standing.Observe(
        new(uptime is { } value ? CheckResult.HealthyPeer(value) : CheckResult.Healthy, _clock.GetTimestamp(), _clock.GetTimestamp()));

    private Standing New(Stability stability) =>
        new(new("node", Checks.Healthy, [], Retry.Default, stability, NodePolicy.Default), _clock);

    /// <summary>Keeps everything and looks at all of it each time.</summary>
    private sealed class NaiveWindow(TimeSpan window, int successes)
    {
        private readonly List<(long At, bool IsGood)> _all = [];

        public void Good(long at) => _all.Add((at, true));

        public void Bad(long at) => _all.Add((at, false));

        public bool IsStable(TimeProvider clock)
        {
            var good = _all.Skip(_all.FindLastIndex(entry => !entry.IsGood) + 1).ToList();
            return good.Count >= successes && clock.GetElapsedTime(good[0].At, good[^1].At) >= window;
        }
    }
}
