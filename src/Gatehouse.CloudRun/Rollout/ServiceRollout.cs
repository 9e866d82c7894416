using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// Rolls a service out to a new revision, or goes on with a rollout that was cut short. The course is <see cref="NextStep"/>; the state is the
/// service's; this is the pump between them.
/// </summary>
/// <remarks>
/// <code>
/// preflight → migrate → candidate → verify → shift 5, 25, 100 % → move → clean up → done
///                           └────────────┴────────────┴→ roll back → done
/// </code>
/// </remarks>
public sealed class ServiceRollout(RolloutTools tools)
{
    /// <summary>Does it all, and tells how it went. Cancelled, it leaves the service as it is at that moment: the next run goes on from there.</summary>
    /// <exception cref="RolloutException">It cannot begin or go on.</exception>
    /// <exception cref="ApiException">The API failed for longer than it may. The next run goes on.</exception>
    public async Task<RolloutReport> RunAsync(RolloutRequest request, CancellationToken cancellationToken)
    {
        var preflight = new Preflight(tools, request);
        var (state, isResumed, service) = await preflight.ClaimAsync(cancellationToken);
        await using var run = new RolloutRun(tools, request) { State = state };
        run.Say(isResumed ? $"going on with the rollout of '{state.Candidate}' that was cut short at {state.Step.ToString().ToLowerInvariant()}" : preflight.Describe(state, service));
        if (isResumed) run.Breaches.AddRange(state.Breaches);
        return await DriveAsync(run, service, cancellationToken);
    }

    /// <summary>What a run would do; changes nothing.</summary>
    public Task<RolloutPlan> PlanAsync(RolloutRequest request, CancellationToken cancellationToken) => new Preflight(tools, request).PlanAsync(cancellationToken);

    /// <summary>Rolls an unfinished rollout back, whatever template it is of.</summary>
    /// <exception cref="RolloutException">There is none, or somebody is at it.</exception>
    public async Task<RolloutReport> AbortAsync(RolloutRequest request, CancellationToken cancellationToken)
    {
        var state = await new Preflight(tools, request).TakeOverAsync(cancellationToken);
        await using var run = new RolloutRun(tools, request) { State = state };
        run.Breaches.AddRange(state.Breaches is [] ? [new(state.Step, "aborted", "it goes on", "somebody asked for its end")] : state.Breaches);
        run.Say($"rolling back the rollout of '{state.Candidate}', which stands at {state.Step.ToString().ToLowerInvariant()}");
        var isUndeployed = state.Step is RolloutStep.Preflight or RolloutStep.Migrate;
        if (state.Stable is null && !isUndeployed) throw new RolloutException("it is the first deployment: there is nothing to go back to");
        await using var life = new LifeSign(run, cancellationToken);
        life.Begin();
        if (OthersChange.HasTemplate(await run.Editor.ReadAsync(life.Token), state))
        {
            await StepAsync(run, new AbandonStep("abandoned", "somebody else has changed the template: it and the traffic stay as they are"), life.Token);
            throw new RolloutException($"the rollout of '{state.Candidate}' is ended, and nothing else was done: somebody else has changed the template of '{request.Service.Name}', which stays as it is");
        }
        await StepAsync(run, isUndeployed ? new AbandonStep("aborted") : new RollBackStep(isAsked: true), life.Token);
        return ReportOf(run, isUndeployed ? RolloutOutcome.Refused : RollbackOutcome(run), null);
    }

    private async Task<RolloutReport> DriveAsync(RolloutRun run, Service? service, CancellationToken cancellationToken)
    {
        await using var life = new LifeSign(run, cancellationToken);
        FailureEvidence? evidence = null;
        try
        {
            if (service is null) await FirstAsync(run, life.Token);
            else life.Begin();
            while (true)
            {
                var step = run.State.Step;
                var outcome = await StepAsync(run, StepOf(run, step), life.Token);
                if (outcome is StepOutcome.Breached && step is not RolloutStep.Move) evidence = await FailureEvidence.GatherAsync(run, life.Token);
                var (next, share) = NextStep.After(run.State, outcome, run.Tools.Settings.Shares);
                if (next is RolloutStep.Done)
                {
                    if (step is RolloutStep.Preflight or RolloutStep.Migrate) await StepAsync(run, new AbandonStep("refused"), life.Token);
                    return ReportOf(run, OutcomeOf(run, step), evidence);
                }
                // Those that change the traffic write their name with it, in the same PUT.
                if (next is RolloutStep.Shift or RolloutStep.RollBack or RolloutStep.Candidate) run.State = run.State with { Step = next, Share = share };
                else await run.EnterAsync(next, share, life.Token);
                if (service is null) life.Begin();
            }
        }
        catch (OperationCanceledException) when (life.Lost is { } lost)
        {
            throw lost;
        }
    }

    private static async Task<StepOutcome> StepAsync(RolloutRun run, IRolloutStep step, CancellationToken cancellationToken)
    {
        var (began, at) = (run.Clock.GetTimestamp(), run.State);
        var outcome = await step.RunAsync(run, cancellationToken);
        run.Figures.Steps.Add(new(at.Step, at.Share, run.Clock.GetElapsedTime(began)));
        return outcome;
    }

    private static IRolloutStep StepOf(RolloutRun run, RolloutStep step) => step switch
    {
        RolloutStep.Preflight => new HealthStep(),
        RolloutStep.Migrate => new MigrateStep(),
        RolloutStep.Candidate => new CandidateStep(),
        RolloutStep.Verify => new VerifyStep(),
        RolloutStep.Shift => new ShiftStep(),
        RolloutStep.Move => new MoveStep(),
        RolloutStep.CleanUp => new CleanUpStep(run.Breaches is [] ? "done" : "failed"),
        RolloutStep.RollBack => new RollBackStep(),
        _ => throw new InvalidOperationException($"{step} is no step to take."),
    };

    /// <summary>There is no service yet to keep a state in: the migration comes first, then one POST makes both.</summary>
    private static async Task FirstAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        run.State = run.State with { Step = RolloutStep.Migrate };
        if (await StepAsync(run, new MigrateStep(), cancellationToken) is StepOutcome.Breached) throw new RolloutException($"the migration failed: {run.Breaches[0].Detail}");
        run.State = run.State with { Step = RolloutStep.Candidate, Share = 100 };
        try
        {
            await run.Tools.Api.CreateServiceAsync(CandidateStep.First(run.State, run.Request, run.Tools.Api.Target.Namespace), cancellationToken);
        }
        catch (ApiException exception) when (exception.Fault is ApiFault.Conflict or ApiFault.Unknown)
        {
            // Perhaps it was ours that came through: then its state is ours as well.
            if (await run.Tools.Api.FindServiceAsync(run.Request.Service.Name, cancellationToken) is not { } live
                || StateAnnotations.ReadState(live)?.Owner.Key != run.State.Owner.Key) throw;
        }
    }

    private static RolloutOutcome OutcomeOf(RolloutRun run, RolloutStep last) => last switch
    {
        RolloutStep.Preflight or RolloutStep.Migrate => RolloutOutcome.Refused,
        RolloutStep.RollBack => RollbackOutcome(run),
        _ => run.Breaches is [] ? RolloutOutcome.Done : RolloutOutcome.FirstFailed,
    };

    private static RolloutOutcome RollbackOutcome(RolloutRun run) => run.Figures.Rollback is { IsProved: true } ? RolloutOutcome.RolledBack : RolloutOutcome.RollbackUnproved;

    private static RolloutReport ReportOf(RolloutRun run, RolloutOutcome outcome, FailureEvidence? evidence) => RolloutReport.Of(run, outcome, evidence);
}
