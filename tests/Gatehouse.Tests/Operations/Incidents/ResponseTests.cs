using Gatehouse.Diagnosis;
using Gatehouse.Operations.Incidents;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Operations.Incidents;

public sealed class ResponseTests
{
    private readonly FakeTimeProvider _clock = new();

    [Theory]
    [InlineData("database.pool_exhausted", 0, nameof(ResponseKind.RecycleClient))]
    [InlineData("database.pool_exhausted", 1, nameof(ResponseKind.RecycleClient))]
    [InlineData("database.pool_exhausted", 2, nameof(ResponseKind.HandOverAndExit))]     // twice in vain
    [InlineData("redis.read_only", 0, nameof(ResponseKind.RecycleClient))]
    [InlineData("monitor.parked", 0, nameof(ResponseKind.RestartMonitor))]
    [InlineData("process.pool_starved", 0, nameof(ResponseKind.CloseAdmission))]
    [InlineData("process.memory_near_limit", 1, nameof(ResponseKind.HandOverAndExit))]
    public void What_helps_against_a_cause_is_done_and_ending_the_process_comes_last(string code, int doneBefore, string expected)
    {
        var first = Assert.Single(ResponsePlan.For(Incident(code)));
        var incident = Incident(code) with { Actions = [.. Enumerable.Repeat(new IncidentAction(default, first.Kind, first.Node, "", DryRun: false), doneBefore)] };

        Assert.Equal(expected, Assert.Single(ResponsePlan.For(incident)).Kind.ToString());
    }

    [Theory]
    [InlineData("database.refusing")]        // what all instances share is no reason to end this one
    [InlineData("schema.migration_behind")]
    [InlineData("redis.down")]
    [InlineData("provider.rate_limited")]
    public void Against_what_all_share_nothing_is_done(string code) => Assert.Empty(ResponsePlan.For(Incident(code)));

    [Fact]
    public void Every_code_that_something_is_done_about_is_one_of_the_catalogue()
    {
        var known = Catalogue.All.Select(row => row.Cause.Code).ToHashSet();
        Assert.All(
            ["database.pool_exhausted", "redis.read_only", "monitor.parked", "monitor.silent", "process.pool_starved", "process.memory_near_limit"],
            code => Assert.True(known.Contains(code) && ResponsePlan.For(Incident(code)).Any(), code));
    }

    [Fact]
    public void A_node_is_left_alone_for_five_minutes_after_something_was_done_for_it()
    {
        var guard = new ResponseGuard(_clock);
        Response redis = new(ResponseKind.RecycleClient, "redis", ""), database = new(ResponseKind.RecycleClient, "database", "");
        Assert.True(guard.Permits(redis));
        Assert.True(guard.Permits(database));

        _clock.Advance(TimeSpan.FromSeconds(299));
        Assert.False(guard.Permits(redis));
        Assert.False(guard.Permits(redis with { Kind = ResponseKind.RestartMonitor }));

        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(guard.Permits(redis));
        Assert.False(guard.Permits(redis));
    }

    [Fact]
    public void A_process_that_has_just_been_started_does_not_end_itself()
    {
        var guard = new ResponseGuard(_clock);
        Response exit = new(ResponseKind.HandOverAndExit, null, "");

        Assert.False(guard.Permits(exit));
        _clock.Advance(ResponseGuard.Pause);

        Assert.True(guard.Permits(exit));
    }

    private static Incident Incident(string code) => new()
    {
        Id = "i",
        Version = 1,
        Title = code,
        Rules = [IncidentRule.ReadinessLost],
        Instance = "one",
        Revision = "r1",
        OpenedAt = DateTimeOffset.UnixEpoch,
        Diagnosis = new()
        {
            At = DateTimeOffset.UnixEpoch,
            Subject = new(),
            Verdict = Verdict.Confirmed,
            Summary = code,
            Roots = [new() { Code = code, Title = code, Verdict = Verdict.Confirmed, Node = code.Split('.')[0], Path = [] }],
        },
    };
}
