namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// The schema first, while the old revision serves: it has to go on with it. If it cannot, the migration is taken back, where there is a way, before
/// anything is deployed.
/// </summary>
internal sealed class MigrateStep : IRolloutStep
{
    private static readonly TimeSpan WellAgainWithin = TimeSpan.FromMinutes(1);

    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        if (run.Tools.Migration is not { } migration)
        {
            run.Say("there is nothing to migrate");
            return StepOutcome.Passed;
        }
        run.Say($"running {migration.Description}");
        var answer = await migration.RunAsync(cancellationToken);
        run.Say(answer.Text);
        if (!answer.Succeeded)
        {
            run.Breaches.Add(new(RolloutStep.Migrate, "migration", "it succeeds", "it failed", answer.Text));
            return StepOutcome.Breached;
        }
        if (run.State.Stable is null || run.Tools.Settings.AllowsSickStable) return StepOutcome.Passed;
        var (fault, _) = await OldRevision.LookAtAsync(run, cancellationToken);
        if (fault is null)
        {
            run.Say($"'{run.State.Stable}' is well with it");
            return StepOutcome.Passed;
        }
        run.Breaches.Add(new(RolloutStep.Migrate, "old_revision", "the old revision goes on with the migrated schema", "it does not", fault));
        run.Say($"'{run.State.Stable}' is not well with it: {fault}");
        await TakeBackAsync(run, cancellationToken);
        return StepOutcome.Breached;
    }

    private static async Task TakeBackAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        if (run.Tools.Undo is not { } undo)
        {
            run.Remarks.Add($"the migration stands, and '{run.State.Stable}' is not well with it: nothing was given to take it back with (--undo-job, --undo-command)");
            return;
        }
        run.Say($"taking it back: running {undo.Description}");
        var answer = await undo.RunAsync(cancellationToken);
        run.Say(answer.Text);
        var fault = answer.Succeeded ? await OldRevision.UntilWellAsync(run, WellAgainWithin, cancellationToken) : answer.Text;
        run.Say(fault is null ? $"'{run.State.Stable}' is well again" : $"'{run.State.Stable}' is not well: {fault}");
        run.Remarks.Add(fault is null
            ? $"the migration was taken back, and '{run.State.Stable}' is well again"
            : $"the migration could not be taken back, and '{run.State.Stable}' is not well: {fault}");
    }
}
