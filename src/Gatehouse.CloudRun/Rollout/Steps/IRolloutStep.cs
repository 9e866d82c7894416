namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// One step. Each can be begun again after it was cut short at any point: what it does to the service it does only where that is not done yet.
/// What breaks goes to <see cref="RolloutRun.Breaches"/>.
/// </summary>
internal interface IRolloutStep
{
    Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken);
}
