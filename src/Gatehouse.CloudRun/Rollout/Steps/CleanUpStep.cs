namespace Gatehouse.CloudRun.Rollout;

/// <summary>Takes the tags away: a tagged revision is kept running, and paid for.</summary>
internal sealed class CleanUpStep(string outcome) : IRolloutStep
{
    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        if (run.Held is { } held)
        {
            await held.DisposeAsync();
            run.Held = null;
        }
        await run.ChangeAsync((live, state) =>
        {
            OthersChange.Refuse(live, state);
            var last = new LastRollout(state.Id, state.Candidate, state.Image, outcome, run.Clock.GetUtcNow());
            return StateAnnotations.Ended(live with { Spec = live.Spec with { Traffic = state.Traffic.Finished(live.Spec.Traffic ?? []) } }, last);
        }, cancellationToken);
        run.Say("the tags are gone");
        return StepOutcome.Passed;
    }
}
