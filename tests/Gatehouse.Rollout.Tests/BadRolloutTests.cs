using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Rollout.Tests;

/// <summary>Bad candidates, one after another, while people chat: each is caught where it should be, and nobody loses a word.</summary>
public sealed class BadRolloutTests(BadRolloutTests.Running running) : IClassFixture<BadRolloutTests.Running>
{
    public static TheoryData<string> Faults { get; } = [.. BadCandidate.All.Take(Sizes.IsLong ? int.MaxValue : BadCandidate.InShortForm).Select(each => each.Fault)];

    [Theory(Timeout = 300_000)]
    [MemberData(nameof(Faults))]
    public async Task Bad_candidate_is_caught_and_traffic_and_sockets_are_back(string fault)
    {
        var (stage, chats, candidate) = (running.Stage, running.Chats, BadCandidate.All.Single(each => each.Fault == fault));
        var tools = stage.Tools(new TestJournal()) with { Migration = null };
        tools = tools with
        {
            Thresholds = tools.Thresholds with { StartUp = TimeSpan.FromSeconds(candidate.StartUpSeconds) },
            Verify = tools.Verify with { Soak = TimeSpan.FromSeconds(candidate.SoakSeconds) },
        };
        if (fault is "never-drains") tools = tools with { Mover = new CommandErrand("true", TimeSpan.FromSeconds(5), TimeProvider.System) };
        var request = stage.Manifest(fault, candidate.Seconds, database: fault is "missing-migration" ? await stage.Postgres.CreateDatabaseAsync() : null);
        var before = await stage.Api.FindServiceAsync(Stage.Service, TestContext.Current.CancellationToken);
        var report = await new ServiceRollout(tools).RunAsync(request, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(ReportMarkdown.Write(report));

        Assert.Equal(RolloutOutcome.RolledBack, report.Outcome);
        Assert.Contains(report.Breaches[0].Step, candidate.Steps);
        Assert.Contains(report.Breaches[0].Measure, candidate.Measures);
        Assert.True(report.Rollback!.IsProved);
        Assert.NotEmpty(report.Whys);
        var after = await stage.Api.FindServiceAsync(Stage.Service, TestContext.Current.CancellationToken);
        Assert.Equal(before!.Spec.Template.Metadata.Name, after!.Spec.Template.Metadata.Name);
        Assert.Equal(["gatehouse.dev/rollout-last"], after.Metadata.Annotations!.Keys.Where(key => key.StartsWith("gatehouse.dev/", StringComparison.Ordinal)));
        // Whoever was in the middle of something has heard all of it, and everybody goes on.
        var turns = chats.Turns;
        await chats.ReachAsync(turns + Sizes.Chats);
        Assert.Empty(chats.Lost);
    }

    [Fact(Timeout = 300_000)]
    public async Task Schema_that_the_old_revision_cannot_read_is_caught_before_anything_is_deployed_and_taken_back()
    {
        var (stage, chats) = (running.Stage, running.Chats);
        var before = await stage.Api.FindServiceAsync(Stage.Service, TestContext.Current.CancellationToken);
        var tools = stage.Tools(new TestJournal()) with
        {
            Migration = new SqlErrand(stage.Postgres, "ALTER TABLE messages RENAME COLUMN content TO body"),
            Undo = new SqlErrand(stage.Postgres, "ALTER TABLE messages RENAME COLUMN body TO content"),
        };
        var report = await new ServiceRollout(tools).RunAsync(stage.Manifest("good"), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper!.WriteLine(ReportMarkdown.Write(report));

        Assert.Equal(RolloutOutcome.Refused, report.Outcome);
        Assert.Equal((RolloutStep.Migrate, "old_revision"), (report.Breaches[0].Step, report.Breaches[0].Measure));
        Assert.Contains(report.Remarks, remark => remark.Contains("is well again", StringComparison.Ordinal));
        var after = await stage.Api.FindServiceAsync(Stage.Service, TestContext.Current.CancellationToken);
        Assert.Equal(before!.Spec.Template.Metadata.Name, after!.Spec.Template.Metadata.Name);
        var turns = chats.Turns;
        await chats.ReachAsync(turns + Sizes.Chats);
        Assert.Empty(chats.Lost);
    }

    public sealed class Running : IAsyncLifetime
    {
        internal Stage Stage { get; private set; } = null!;

        internal Chats Chats { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Stage = await Stage.StartAsync();
            Chats = await Chats.StartAsync(Stage.Address, Sizes.Chats);
        }

        public async ValueTask DisposeAsync()
        {
            await Chats.DisposeAsync();
            await Stage.DisposeAsync();
        }
    }
}

/// <summary>A migration of the test's own.</summary>
internal sealed class SqlErrand(PostgresServer postgres, string sql) : IMigration
{
    public string Description => $"`{sql}`";

    public async Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken)
    {
        await postgres.AskAsync("postgres", sql);
        return new(true, "done");
    }
}
