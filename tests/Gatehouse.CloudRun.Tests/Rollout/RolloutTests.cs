using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;
using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.CloudRun.Tests.Rollout;

public sealed class RolloutTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    internal static RolloutTools Tools(ScriptedPlatform platform, string owner = "me") => new()
    {
        Api = platform.Api,
        Clock = TimeProvider.System,
        Owner = new("test", 1, owner),
        IsGone = _ => true,
        Mover = new ScriptedMover(platform),
        Settings = new() { Pace = TimeSpan.FromMilliseconds(5), MoveWithin = TimeSpan.FromMilliseconds(200) },
        Verify = new()
        {
            Upgrades = 40,
            Turns = 12,
            Held = 2,
            Soak = TimeSpan.FromMilliseconds(60),
            Connections = 8,
            Window = TimeSpan.FromMilliseconds(60),
            Timeout = TimeSpan.FromSeconds(2),
        },
        Thresholds = new() { StartUp = TimeSpan.FromSeconds(1), FirstEventFloor = TimeSpan.FromMilliseconds(400) },
    };

    private static RolloutRequest Request { get; } = new(ScriptedPlatform.Manifest("app:2"));

    [Fact(Timeout = 60_000)]
    public async Task Good_candidate_goes_through_all_shares_and_leaves_nothing_behind()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Old.UsersOpen = 7;
        var report = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.Done, report.Outcome);
        Assert.Equal(["old 100", "old 95, new 5", "old 75, new 25", "new 100"], platform.Traffic.Distinct());
        Assert.Equal((7, 0), (report.SocketsToMove, report.SocketsLeft));
        Assert.Equal(24, report.MadeUp);
        AssertClean(platform);
        Assert.Equal("app:2", platform.Service!.Spec.Template.Spec.Containers[0].Image);
    }

    [Fact(Timeout = 60_000)]
    public async Task Connections_that_users_bring_are_not_made_up()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Script = revision => revision.UsersPerLook = (5, 0);
        var tools = Tools(platform);
        var report = await new ServiceRollout(tools with { Verify = tools.Verify with { Window = TimeSpan.FromSeconds(30) } }).RunAsync(Request, Token);
        Assert.Equal((RolloutOutcome.Done, 0), (report.Outcome, report.MadeUp));
    }

    [Fact(Timeout = 60_000)]
    public async Task Figure_that_was_not_measured_is_not_told()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var tools = Tools(platform);
        var report = await new ServiceRollout(tools with { Verify = tools.Verify with { Turns = 0 } }).RunAsync(Request, Token);
        Assert.EndsWith("connections of everybody", Assert.Single(report.Journal, entry => entry.Step is RolloutStep.Verify && entry.Text.StartsWith("good: ", StringComparison.Ordinal)).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_refused_for_our_own_haste_is_tried_again()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Script = revision => revision.Refuses = number => number % 9 is 0 ? 429 : null;
        var report = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.Done, report.Outcome);
        Assert.Equal(0, report.CandidateMeasures.Ours.UpgradesFailed);
    }

    public static TheoryData<string, RolloutStep, string> Bad { get; } = new()
    {
        { "never ready", RolloutStep.Candidate, "start_up" },
        { "failed", RolloutStep.Candidate, "ready" },
        { "5 % refused", RolloutStep.Verify, "upgrade_success" },
        { "lies", RolloutStep.Verify, "upgrade_success" },
        { "no first event", RolloutStep.Verify, "turns" },
        { "failing turns", RolloutStep.Verify, "turns" },
        { "slow", RolloutStep.Verify, "first_event" },
        { "drops", RolloutStep.Verify, "dropped" },
        { "wrong revision", RolloutStep.Verify, "revision" },
        { "leaks", RolloutStep.Verify, "memory" },
        { "unwell", RolloutStep.Verify, "health" },
        { "breaks the old one", RolloutStep.Verify, "old_revision" },
        { "refuses users", RolloutStep.Shift, "users_upgrade_success" },
        { "crashes at 25 %", RolloutStep.Shift, "upgrade_success" },
    };

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Bad))]
    public async Task Bad_candidate_is_caught_at_the_right_step_and_rolled_back(string fault, RolloutStep step, string measure)
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Script = revision => Break(platform, revision, fault);
        var report = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal((step, measure), (report.Breaches[0].Step, report.Breaches[0].Measure));
        Assert.Equal(RolloutOutcome.RolledBack, report.Outcome);
        Assert.Equal("old 100", platform.Traffic[^1]);
        Assert.True(report.Whys.Count >= 1);
        Assert.Equal("app:1", platform.Service!.Spec.Template.Spec.Containers[0].Image);
        AssertClean(platform);
    }

    private static void Break(ScriptedPlatform platform, ScriptedRevision revision, string fault)
    {
        var at25 = () => platform.Traffic.Contains("old 75, new 25");
        switch (fault)
        {
            case "never ready": revision.IsReady = null; break;
            case "failed": revision.IsReady = false; break;
            case "5 % refused": revision.Refuses = number => number % 20 is 0 ? 503 : null; break;
            case "lies": revision.Refuses = _ => 503; break;
            case "no first event": revision.FirstEvent = Timeout.InfiniteTimeSpan; break;
            case "failing turns": revision.FailsTurns = true; break;
            case "slow": revision.FirstEvent = TimeSpan.FromMilliseconds(600); break;
            case "drops": revision.DropsAfter = TimeSpan.FromMilliseconds(30); break;
            case "wrong revision": revision.Welcome = "chat-00000-other"; break;
            case "leaks": revision.MemoryPerLook = 200L << 20; break;
            case "unwell": revision.Ready = () => 503; break;
            case "breaks the old one": platform.Old.Ready = () => 503; break;
            case "refuses users": revision.UsersPerLook = (5, at25() ? 1 : 0); platform.OnPut = (_, after) => { if (after && at25()) revision.UsersPerLook = (5, 1); return null; }; break;
            case "crashes at 25 %": revision.Refuses = _ => at25() ? 503 : null; break;
        }
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true, "is well again")]
    [InlineData(false, "nothing was given to take it back with")]
    public async Task Migration_that_the_old_revision_cannot_live_with_is_taken_back_where_there_is_a_way(bool hasUndo, string remark)
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var tools = Tools(platform) with
        {
            Migration = new Errand(() => platform.Old.Ready = () => 503),
            Undo = hasUndo ? new Errand(() => platform.Old.Ready = () => 200) : null,
        };
        var report = await new ServiceRollout(tools).RunAsync(Request, Token);
        Assert.Equal((RolloutOutcome.Refused, RolloutStep.Migrate, "old_revision"), (report.Outcome, report.Breaches[0].Step, report.Breaches[0].Measure));
        Assert.Contains(remark, Assert.Single(report.Remarks));
        Assert.Equal("app:1", platform.Service!.Spec.Template.Spec.Containers[0].Image);
        AssertClean(platform);
    }

    private sealed class Errand(Action act) : IMigration
    {
        public string Description => "the test's migration";

        public Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken)
        {
            act();
            return Task.FromResult(new ErrandAnswer(true, "done"));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Sockets_that_do_not_leave_a_bad_candidate_are_cut_by_its_end()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Script = revision =>
        {
            revision.UsersOpen = 5;
            revision.FailsTurns = true;
        };
        var report = await new ServiceRollout(Tools(platform) with { Mover = null }).RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.RolledBack, report.Outcome);
        Assert.True(report.Rollback!.IsDeleted);
        Assert.Equal((5, 0), (report.SocketsToMove, report.Rollback.Sockets));
        Assert.True(platform.New!.IsDeleted);
    }

    [Fact(Timeout = 60_000)]
    public async Task Way_back_that_does_not_work_is_told_as_such()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Script = revision =>
        {
            revision.FailsTurns = true;
            platform.Old.Refuses = _ => platform.Service!.Metadata.Annotations!["gatehouse.dev/rollout"].Contains("RollBack", StringComparison.Ordinal) ? 503 : null;
        };
        var report = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.RollbackUnproved, report.Outcome);
        Assert.Equal(0, report.Rollback!.Answers);
    }

    [Fact(Timeout = 60_000)]
    public async Task Failed_migration_deploys_nothing()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var report = await new ServiceRollout(Tools(platform) with { Migration = new CommandErrand("echo 'needs a newer build'; exit 65", TimeSpan.FromSeconds(20), TimeProvider.System) })
            .RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.Refused, report.Outcome);
        Assert.Equal("it ended with 65: needs a newer build", report.Breaches[0].Detail);
        Assert.Null(platform.New);
        AssertClean(platform);
    }

    [Fact(Timeout = 60_000)]
    public async Task Service_that_is_not_well_is_refused_unless_that_is_wanted()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Old.FailsTurns = true;
        var refused = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal((RolloutOutcome.Refused, "current_health"), (refused.Outcome, refused.Breaches[0].Measure));
        Assert.Contains("--allow-sick", Assert.Single(refused.Remarks), StringComparison.Ordinal);
        AssertClean(platform);
        var tools = Tools(platform);
        var forced = await new ServiceRollout(tools with { Settings = tools.Settings with { AllowsSickStable = true } }).RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.Done, forced.Outcome);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(false, RolloutOutcome.Done)]
    [InlineData(true, RolloutOutcome.RollbackUnproved)]
    public async Task Failures_of_a_sick_revision_are_not_charged_to_its_successor_whose_own_still_are(bool isSickToo, RolloutOutcome outcome)
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Old.Refuses = _ => 500;
        platform.Old.Ready = () => 503;
        platform.Script = revision => revision.Refuses = _ => isSickToo && platform.Traffic.Contains("old 75, new 25") ? 500 : null;
        var tools = Tools(platform);
        var report = await new ServiceRollout(tools with { Settings = tools.Settings with { AllowsSickStable = true } }).RunAsync(Request, Token);
        Assert.Equal(outcome, report.Outcome);
        if (isSickToo) Assert.Equal((RolloutStep.Shift, "upgrade_success"), (report.Breaches[0].Step, report.Breaches[0].Measure));
        Assert.DoesNotContain(report.CandidateMeasures.Faults, fault => fault.Contains("own address", StringComparison.Ordinal) && !isSickToo);
    }

    [Fact(Timeout = 60_000)]
    public async Task First_deployment_has_a_path_of_its_own()
    {
        await using var platform = await ScriptedPlatform.StartAsync(isEmpty: true);
        var report = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal((RolloutOutcome.Done, (string?)null), (report.Outcome, report.Stable));
        Assert.Equal(["new 100"], platform.Traffic.Distinct());
        Assert.DoesNotContain(report.Steps, step => step.Step is RolloutStep.Shift or RolloutStep.Move);
        AssertClean(platform);
    }

    [Fact(Timeout = 60_000)]
    public async Task Wrong_namespace_is_no_first_deployment_and_nothing_is_migrated()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        using var elsewhere = new CloudRunApi(ApiTarget.Local(platform.Address, "other"), new NoTokens(), TimeProvider.System);
        var hasMigrated = false;
        var rollout = new ServiceRollout(Tools(platform) with { Api = elsewhere, Migration = new Errand(() => hasMigrated = true) });
        foreach (var attempt in (Func<Task>[])[() => rollout.RunAsync(Request, Token), () => rollout.PlanAsync(Request, Token)])
            Assert.EndsWith("There is no project 'other' here (--project, --namespace)", (await Assert.ThrowsAsync<RolloutException>(attempt)).Message, StringComparison.Ordinal);
        Assert.Equal((false, 0), (hasMigrated, platform.Puts));
    }

    [Fact(Timeout = 60_000)]
    public async Task First_deployment_that_is_bad_says_that_there_is_nothing_to_go_back_to()
    {
        await using var platform = await ScriptedPlatform.StartAsync(isEmpty: true);
        platform.Script = revision => revision.FailsTurns = true;
        var report = await new ServiceRollout(Tools(platform)).RunAsync(Request, Token);
        Assert.Equal(RolloutOutcome.FirstFailed, report.Outcome);
        Assert.Null(report.Rollback);
        AssertClean(platform);
    }

    [Fact(Timeout = 60_000)]
    public async Task Traffic_that_somebody_else_changes_is_left_alone()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.OnPut = (_, after) =>
        {
            if (after && platform.Traffic[^1] is "old 95, new 5") platform.Interfere(new TrafficTarget { RevisionName = platform.Old.Name, Percent = 60 }, new TrafficTarget { RevisionName = platform.New!.Name, Percent = 40, Tag = "next" });
            return null;
        };
        var exception = await Assert.ThrowsAsync<RolloutException>(() => new ServiceRollout(Tools(platform)).RunAsync(Request, Token));
        Assert.Contains("somebody else", exception.Message, StringComparison.Ordinal);
        Assert.Equal("old 60, new 40", platform.Traffic[^1]);
    }

    internal static void AssertClean(ScriptedPlatform platform)
    {
        var service = platform.Service!;
        Assert.DoesNotContain(service.Spec.Traffic!, target => target.Tag is not null);
        Assert.Equal(["gatehouse.dev/rollout-last"], service.Metadata.Annotations!.Keys.Where(key => key.StartsWith("gatehouse.dev/", StringComparison.Ordinal)));
    }

    private sealed class ScriptedMover(ScriptedPlatform platform) : ISocketMover
    {
        public string Description => "the test";

        public Task<ErrandAnswer> AskAsync(string revision, CancellationToken cancellationToken)
        {
            if (revision == platform.Old.Name) platform.Old.UsersOpen = 0;
            else platform.New!.UsersOpen = 0;
            return Task.FromResult(new ErrandAnswer(true, "they were asked"));
        }
    }
}
