using CsCheck;
using Gatehouse.Admission;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Admission;

/// <summary>How many, and how fast: per user and in all.</summary>
public sealed class AdmissionLimitsTests
{
    private static readonly Handshake Alice = new(new UserKey(0, 1), Returns: false);
    private static readonly Handshake Bob = new(new UserKey(0, 2), Returns: false);
    private static readonly Handshake Nobody = new(null, Returns: false);

    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void A_user_has_a_seconds_worth_of_handshakes_at_once_and_then_one_each_tenth()
    {
        var limits = Limits(new() { UserHandshakesPerSecond = 10, UserConnections = 0 });
        for (var time = 0; time < 10; time++) Assert.Null(limits.Take(Alice));
        Assert.Same(Refusal.UserHandshakes, limits.Take(Alice));
        Assert.Null(limits.Take(Bob));
        _clock.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Same(Refusal.UserHandshakes, limits.Take(Alice));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(limits.Take(Alice));
        Assert.Same(Refusal.UserHandshakes, limits.Take(Alice));
    }

    [Fact]
    public void A_user_has_so_many_connections_and_who_cannot_be_told_apart_only_the_instances_bound()
    {
        var limits = Limits(new() { UserConnections = 2, Connections = 6 });
        Assert.Null(limits.Take(Alice));
        Assert.Null(limits.Take(Alice));
        Assert.Same(Refusal.UserConnections, limits.Take(Alice));
        Assert.Same(Refusal.UserConnections, limits.Take(Alice with { Returns = true }));
        Assert.Null(limits.Take(Bob));
        for (var time = 0; time < 3; time++) Assert.Null(limits.Take(Nobody));
        Assert.Same(Refusal.InstanceConnections, limits.Take(Nobody));
        limits.Leave(Alice.User);
        Assert.Null(limits.Take(Alice));
    }

    [Fact]
    public void Those_who_return_have_a_lane_of_their_own_and_all_of_them_may_come_at_once()
    {
        var limits = Limits(new() { UserHandshakesPerSecond = 1, HandshakesPerSecond = 5, Connections = 100, UserConnections = 0 });
        for (var time = 0; time < 5; time++) Assert.Null(limits.Take(Nobody));
        Assert.Same(Refusal.InstanceHandshakes, limits.Take(Nobody));
        for (var time = 0; time < 95; time++) Assert.Null(limits.Take(Alice with { Returns = true }));
        for (var time = 0; time < 95; time++) limits.Leave(Alice.User);
        for (var time = 0; time < 5; time++) Assert.Null(limits.Take(Alice with { Returns = true }));
        Assert.Same(Refusal.InstanceHandshakes, limits.Take(Alice with { Returns = true }));
    }

    [Fact]
    public void Who_is_refused_has_used_nothing_up()
    {
        var limits = Limits(new() { UserHandshakesPerSecond = 1, HandshakesPerSecond = 2 });
        Assert.Null(limits.Take(Alice));
        for (var time = 0; time < 100; time++) Assert.Same(Refusal.UserHandshakes, limits.Take(Alice));
        Assert.Null(limits.Take(Bob));
        Assert.Same(Refusal.InstanceHandshakes, limits.Take(Nobody));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(limits.Take(Alice));
    }

    [Fact]
    public void Without_limits_nobody_is_refused()
    {
        var limits = Limits(new() { UserHandshakesPerSecond = 0, HandshakesPerSecond = 0, UserConnections = 0, Connections = 10_000 });
        for (var time = 0; time < 10_000; time++) Assert.Null(limits.Take(Alice with { Returns = time % 2 == 0 }));
    }

    [Fact]
    public void A_million_users_who_come_and_go_are_forgotten()
    {
        var limits = Limits(new() { HandshakesPerSecond = 1000 });
        var most = 0;
        for (var number = 0UL; number < 1_000_000; number++)
        {
            var user = new UserKey(number, 0);
            Assert.Null(limits.Take(new(user, Returns: false)));
            limits.Leave(user);
            most = Math.Max(most, limits.Users);
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }
        Assert.True(most <= 2048, $"{most} users were remembered at once.");
    }

    [Fact]
    public void No_stretch_of_time_sees_more_than_the_burst_and_the_rate() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 50], Gen.Int[0, 300].Array[1, 200]).Sample((perSecond, burst, gaps) =>
        {
            var rate = new Rate(perSecond, burst, 1_000_000);
            long fullAt = 0, now = 1_000_000;
            var taken = new List<long>();
            foreach (var gap in gaps)
            {
                now += gap * 1000;
                // As fast as it goes at each moment; then it must be a naive bucket's count.
                while (rate.Allows(fullAt, now) && taken.Count < 10_000)
                {
                    fullAt = rate.Taken(fullAt, now);
                    taken.Add(now);
                }
            }
            for (var from = 0; from < taken.Count; from++)
                for (var to = from; to < taken.Count; to++)
                    Assert.True(to - from + 1 <= burst + (taken[to] - taken[from]) * perSecond / 1_000_000.0 * 1.0001 + 1e-6);
            Assert.True(taken.Count >= burst);
        }, iter: 300);

    private AdmissionLimits Limits(AdmissionOptions options) => new(options, _clock);
}
