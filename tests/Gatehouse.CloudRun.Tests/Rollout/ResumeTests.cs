using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.CloudRun.Tests.Rollout;

/// <summary>Killed before or after any of its changes, disturbed at any of them, or met by another: the service ends where it should.</summary>
public sealed class ResumeTests
{
    private static readonly RolloutRequest Request = new(ScriptedPlatform.Manifest("app:2"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Killed_before_or_after_any_change_the_next_run_goes_on()
    {
        var changes = await CountAsync();
        Assert.InRange(changes, 7, 20);
        for (var at = 1; at <= changes; at++)
            foreach (var after in (bool[])[false, true])
            {
                await using var platform = await ScriptedPlatform.StartAsync();
                using var killed = new CancellationTokenSource();
                platform.OnPut = (number, isDone) =>
                {
                    if (number != at || isDone != after) return null;
                    killed.Cancel();
                    return isDone ? PutFault.FailsAfter : PutFault.FailsBefore;
                };
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ServiceRollout(RolloutTests.Tools(platform)).RunAsync(Request, killed.Token));
                platform.OnPut = (_, _) => null;
                var report = await new ServiceRollout(RolloutTests.Tools(platform, "another")).RunAsync(Request, Token);
                Assert.True(report.Outcome is RolloutOutcome.Done, $"killed {(after ? "after" : "before")} change {at}: {report.Outcome}");
                Assert.Equal("new 100", platform.Traffic[^1]);
                // One that was cut short after its very last change had nothing left to go on with.
                Assert.InRange(platform.RevisionNames.Count, 2, at == changes ? 3 : 2);
                RolloutTests.AssertClean(platform);
            }
    }

    [Theory(Timeout = 60_000)]
    [InlineData(nameof(PutFault.Conflict))]
    [InlineData(nameof(PutFault.FailsBefore))]
    [InlineData(nameof(PutFault.FailsAfter))]
    public async Task Change_that_is_disturbed_is_decided_anew_and_never_done_twice(string name)
    {
        var fault = Enum.Parse<PutFault>(name);
        var changes = await CountAsync();
        for (var at = 1; at <= changes; at++)
        {
            await using var platform = await ScriptedPlatform.StartAsync();
            platform.OnPut = (number, isDone) => number == at && isDone == fault is PutFault.FailsAfter ? fault : null;
            var report = await new ServiceRollout(RolloutTests.Tools(platform)).RunAsync(Request, Token);
            Assert.True(report.Outcome is RolloutOutcome.Done, $"{fault} at change {at}: {report.Outcome}");
            Assert.Equal(["old 100", "old 95, new 5", "old 75, new 25", "new 100"], platform.Traffic.Distinct());
            Assert.Equal(2, platform.RevisionNames.Count);
            RolloutTests.AssertClean(platform);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Second_rollout_is_refused_while_the_first_is_alive_and_may_wait_for_it()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var isVerifying = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new ServiceRollout(RolloutTests.Tools(platform) with { Migration = new Gate(isVerifying, goOn.Task) }).RunAsync(Request, Token);
        await isVerifying.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        var second = RolloutTests.Tools(platform, "another") with { IsGone = _ => false };
        var refused = await Assert.ThrowsAsync<RolloutException>(() => new ServiceRollout(second).RunAsync(Request, Token));
        Assert.Contains("another rollout is under way, of 'app:2' at migrate by process 1 on test", refused.Message, StringComparison.Ordinal);
        var journal = new Signal("waiting, for 60 s at most, for the rollout of 'app:2' that is under way: it is at migrate");
        var waiting = new ServiceRollout(second with { Journal = journal, Settings = second.Settings with { WaitForOther = TimeSpan.FromMinutes(1) } })
            .RunAsync(new(ScriptedPlatform.Manifest("app:3")), Token);
        await journal.Seen.WaitAsync(TimeSpan.FromSeconds(30), Token);
        goOn.SetResult();
        Assert.Equal(RolloutOutcome.Done, (await first).Outcome);
        // It starts from what the first has left: that one has traffic now, under a name that the scripted platform calls new as well.
        Assert.Equal(RolloutOutcome.Done, (await waiting).Outcome);
        Assert.Equal("app:3", platform.Service!.Spec.Template.Spec.Containers[0].Image);
    }

    [Fact(Timeout = 60_000)]
    public async Task Rollout_of_something_else_that_was_cut_short_is_finished_or_aborted_first()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        using var killed = new CancellationTokenSource();
        platform.OnPut = (_, _) =>
        {
            if (platform.Traffic is [.., "old 75, new 25"]) killed.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new ServiceRollout(RolloutTests.Tools(platform)).RunAsync(Request, killed.Token));
        platform.OnPut = (_, _) => null;
        var other = new RolloutRequest(ScriptedPlatform.Manifest("app:3"));
        var rollout = new ServiceRollout(RolloutTests.Tools(platform, "another"));
        var refused = await Assert.ThrowsAsync<RolloutException>(() => rollout.RunAsync(other, Token));
        Assert.Contains("--abort", refused.Message, StringComparison.Ordinal);
        var report = await rollout.AbortAsync(other, Token);
        Assert.Equal((RolloutOutcome.RolledBack, "old 100"), (report.Outcome, platform.Traffic[^1]));
        RolloutTests.AssertClean(platform);
    }

    [Fact(Timeout = 60_000)]
    public async Task Plan_changes_nothing()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var plan = await new ServiceRollout(RolloutTests.Tools(platform)).PlanAsync(Request, Token);
        Assert.Equal(
            [RolloutStep.Preflight, RolloutStep.Migrate, RolloutStep.Candidate, RolloutStep.Verify, RolloutStep.Shift, RolloutStep.Shift, RolloutStep.Shift, RolloutStep.Move, RolloutStep.CleanUp, RolloutStep.RollBack],
            plan.Steps.Select(step => step.Step));
        Assert.Equal(0, platform.Puts);
    }

    [Fact(Timeout = 60_000)]
    public async Task Plan_tells_what_takes_a_migration_back()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        var tools = RolloutTests.Tools(platform) with
        {
            Migration = new CommandErrand("migrate", TimeSpan.FromMinutes(1), TimeProvider.System),
            Undo = new CommandErrand("undo", TimeSpan.FromMinutes(1), TimeProvider.System),
        };
        var plan = await new ServiceRollout(tools).PlanAsync(Request, Token);
        Assert.Equal("the command `migrate`; taken back by the command `undo` if 'chat-00001-old' is not well with it", plan.Steps.Single(step => step.Step is RolloutStep.Migrate).Text);
    }

    private static async Task<int> CountAsync()
    {
        await using var platform = await ScriptedPlatform.StartAsync();
        await new ServiceRollout(RolloutTests.Tools(platform)).RunAsync(Request, Token);
        return platform.Puts;
    }

    private sealed class Signal(string text) : IRolloutJournal
    {
        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        public void Write(JournalEntry entry)
        {
            if (entry.Text == text) _seen.TrySetResult();
        }
    }

    private sealed class Gate(TaskCompletionSource reached, Task open) : IMigration
    {
        public string Description => "a gate";

        public async Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken)
        {
            reached.TrySetResult();
            await open.WaitAsync(cancellationToken);
            return new(true, "open");
        }
    }
}
