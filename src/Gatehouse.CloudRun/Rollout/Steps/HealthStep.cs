namespace Gatehouse.CloudRun.Rollout;

/// <summary>The service as it is now: a rollout from a sick revision has nothing to compare with and nothing to go back to.</summary>
internal sealed class HealthStep : IRolloutStep
{
    private const int Tries = 3;

    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var service = await run.Editor.ReadAsync(cancellationToken);
        if (!Uri.TryCreate(service.Status?.Url, UriKind.Absolute, out var url)) return Sick(run, "the service tells no URL");
        var fault = await run.Web.FaultOfAsync(url, cancellationToken);
        var measures = new RevisionMeasures();
        var stable = new RevisionUnderTest(run.State.Stable!, url, measures, run.Tools.Verify, run.Http, run.Clock);
        for (var i = 0; i < Tries && fault is null; i++)
        {
            await stable.TurnAsync(cut: false, timed: true, cancellationToken);
            fault = measures.Now.Faults is [var first, ..] ? first : null;
        }
        if (fault is not null) return Sick(run, fault);
        run.Say($"'{run.State.Stable}' is well: {Tries} chat turns, first event {measures.Now.FirstEventP50?.TotalMilliseconds:0} ms");
        return StepOutcome.Passed;
    }

    private static StepOutcome Sick(RolloutRun run, string fault)
    {
        if (run.Tools.Settings.AllowsSickStable)
        {
            run.Remarks.Add($"the old revision was not well before: {fault}");
            run.Say($"the old revision is not well, as was to be expected: {fault}");
            return StepOutcome.Passed;
        }
        run.Breaches.Add(new(RolloutStep.Preflight, "current_health", "the present revision is well", "it is not", fault));
        run.Say($"the present revision is not well: {fault}");
        return StepOutcome.Breached;
    }
}
