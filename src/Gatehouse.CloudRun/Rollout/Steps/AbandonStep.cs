namespace Gatehouse.CloudRun.Rollout;

/// <summary>Ends a rollout that has deployed nothing, or whose service is somebody else's by now: only its state goes.</summary>
internal sealed class AbandonStep(string outcome, string says = "nothing was deployed") : IRolloutStep
{
    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        await run.ChangeAsync(
            (live, state) => StateAnnotations.Ended(live, new(state.Id, state.Candidate, state.Image, outcome, run.Clock.GetUtcNow())), cancellationToken);
        run.Say(says);
        return StepOutcome.Passed;
    }
}
