using Gatehouse.CloudRun.Resources;
using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.CloudRun.Tests.Rollout;

/// <summary>Somebody else changes the service under a rollout: what they did stays, whichever way the rollout was going.</summary>
public sealed class OthersChangeTests
{
    private static readonly RolloutRequest Request = new(ScriptedPlatform.Manifest("app:2"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Hotfix_during_a_shift_is_left_alone_and_ended_by_abort()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var puts = 0;
        // Once the candidate is being tried at 5 %, so that it is the breach which meets it.
        platform.Script = revision => revision.Refuses = _ =>
        {
            if (puts is 0 && platform.Traffic[^1] is "old 95, new 5") Fix();
            return null;
        };
        var journal = new Lines();
        var rollout = new ServiceRollout(RolloutTests.Tools(platform) with { Journal = journal });
        var stopped = await Assert.ThrowsAsync<RolloutException>(() => rollout.RunAsync(Request, Token));
        Assert.Contains("somebody else has changed the template of 'chat' during the rollout, which stops here: it is of 'app:hotfix' now", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(("app:hotfix", puts), (platform.Service!.Spec.Template.Spec.Containers[0].Image, platform.Puts));
        Assert.DoesNotContain(journal.Texts, text => text.Contains("upgrade_success", StringComparison.Ordinal));

        var ended = await Assert.ThrowsAsync<RolloutException>(() => rollout.AbortAsync(Request, Token));
        Assert.Contains("is ended, and nothing else was done", ended.Message, StringComparison.Ordinal);
        Assert.Equal("app:hotfix", platform.Service!.Spec.Template.Spec.Containers[0].Image);
        RolloutTests.AssertClean(platform);

        void Fix()
        {
            puts = platform.Puts;
            platform.Hotfix("app:hotfix");
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Traffic_that_is_changed_before_a_breach_is_left_alone_until_somebody_asks_for_the_way_back()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var puts = 0;
        platform.Script = revision => revision.Refuses = _ =>
        {
            if (platform.Traffic[^1] is not "old 75, new 25") return null;
            puts = platform.Puts;
            platform.Interfere(new TrafficTarget { RevisionName = platform.Old.Name, Percent = 40 }, new TrafficTarget { RevisionName = revision.Name, Percent = 60, Tag = "next" });
            return 503;
        };
        var rollout = new ServiceRollout(RolloutTests.Tools(platform));
        var stopped = await Assert.ThrowsAsync<RolloutException>(() => rollout.RunAsync(Request, Token));
        Assert.Contains("somebody else has changed the traffic", stopped.Message, StringComparison.Ordinal);
        Assert.Equal(("old 40, new 60", puts), (platform.Traffic[^1], platform.Puts));
        var report = await rollout.AbortAsync(Request, Token);
        Assert.Equal((RolloutOutcome.RolledBack, "old 100"), (report.Outcome, platform.Traffic[^1]));
    }

    [Fact(Timeout = 60_000)]
    public async Task Hotfix_during_the_way_back_is_left_alone()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        platform.Script = revision => revision.FailsTurns = true;
        platform.OnPut = (_, after) =>
        {
            if (after && platform.Service!.Metadata.Annotations!["gatehouse.dev/rollout"].Contains("\"step\":\"RollBack\"", StringComparison.OrdinalIgnoreCase)) platform.Hotfix("app:hotfix");
            return null;
        };
        await Assert.ThrowsAsync<RolloutException>(() => new ServiceRollout(RolloutTests.Tools(platform)).RunAsync(Request, Token));
        Assert.Equal("app:hotfix", platform.Service!.Spec.Template.Spec.Containers[0].Image);
    }

    private sealed class Lines : IRolloutJournal
    {
        public List<string> Texts { get; } = [];

        public void Write(JournalEntry entry) => Texts.Add(entry.Text);
    }
}
