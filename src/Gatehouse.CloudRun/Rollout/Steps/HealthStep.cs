namespace Gatehouse.CloudRun.Rollout;

/// <summary>The service as it is now: a rollout from a sick revision has nothing to compare with and nothing to go back to.</summary>
internal sealed class HealthStep : IRolloutStep
{
    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var (fault, firstEvent) = await OldRevision.LookAtAsync(run, cancellationToken);
        if (fault is null)
        {
            run.Say($"'{run.State.Stable}' is well: it chats{(firstEvent is { } time ? $", first event {time.TotalMilliseconds:0} ms" : "")}");
            return StepOutcome.Passed;
        }
        if (run.Tools.Settings.AllowsSickStable)
        {
            await run.ChangeAsync((live, state) => StateAnnotations.With(live, run.Signed(state) with { IsStableSick = true }), cancellationToken);
            run.Remarks.Add($"the old revision was not well before: {fault}");
            run.Say($"the old revision is not well, as was to be expected: {fault}");
            return StepOutcome.Passed;
        }
        run.Remarks.Add("to replace a revision that is not well, deploy with --allow-sick");
        run.Breaches.Add(new(RolloutStep.Preflight, "current_health", "the present revision is well", "it is not", fault));
        run.Say($"the present revision is not well: {fault}");
        return StepOutcome.Breached;
    }
}
