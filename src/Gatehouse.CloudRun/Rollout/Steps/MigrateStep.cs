namespace Gatehouse.CloudRun.Rollout;

/// <summary>The schema first, while the old revision serves: it has to go on with it, and is looked at afterwards.</summary>
internal sealed class MigrateStep : IRolloutStep
{
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
        return StepOutcome.Passed;
    }
}
