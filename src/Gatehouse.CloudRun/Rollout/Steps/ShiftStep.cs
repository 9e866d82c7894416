namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// Gives the candidate its share of the new connections and waits for a verdict. What counts is how many came, not how long it took: the users' own
/// first, and where they are too few, synthetic turns for the rest, which the report tells apart.
/// </summary>
internal sealed class ShiftStep : IRolloutStep
{
    private static readonly TimeSpan TrafficWithin = TimeSpan.FromMinutes(2);
    private const int TurnsToCompare = 6;

    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var (share, settings) = (run.State.Share, run.Tools.Verify);
        await ApplyAsync(run, share, cancellationToken);
        run.Say($"{share} % of the new connections go to '{run.State.Candidate}'");
        var watch = await RevisionWatch.OpenAsync(run, cancellationToken);
        if (run.Held is null)       // after a restart of this command
        {
            run.Held = new(watch.Candidate);
            await run.Held.OpenAsync(settings.Held, cancellationToken);
        }
        return await VerifyStep.ConcludeAsync(run, await UntilJudgedAsync(run, watch, cancellationToken), cancellationToken);
    }

    private static async Task<Judgement> UntilJudgedAsync(RolloutRun run, RevisionWatch watch, CancellationToken cancellationToken)
    {
        var (began, settings) = (run.Clock.GetTimestamp(), run.Tools.Verify);
        var door = new ServiceDoor(run, await run.Editor.ReadAsync(cancellationToken));
        var needed = 0L;
        Judgement Now() => watch.Judge(RolloutStep.Shift, needed);
        // A few turns of ours at both: only they tell how long the first event takes. They do not count for the share.
        await watch.LookAsync(cancellationToken);
        await new Rounds(settings.Parallel, () => Now().Breaches.Count is 0)
            .RunAsync(TurnsToCompare, i => EachAsync(watch, door, i, cancellationToken));
        await watch.LookAsync(cancellationToken);
        needed = run.Candidate.Now.Connections + settings.Connections;
        while (Now() is { Breaches: [], Missing: > 0 } && run.Clock.GetElapsedTime(began) < settings.Window)
        {
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
            await watch.LookAsync(cancellationToken);
        }
        // Too few: inconclusive, until the rest is made up.
        if (Now() is { Breaches: [], Missing: > 0 and var missing })
        {
            run.Say($"users have brought too few connections for a verdict; making up {missing}");
            run.Figures.MadeUp += (int)missing;
            await new Rounds(settings.Parallel, () => Now().Breaches.Count is 0)
                .RunAsync((int)missing, i => EachAsync(watch, door, i, cancellationToken));
        }
        await watch.LookAsync(cancellationToken);
        return Now();
    }

    private static Task EachAsync(RevisionWatch watch, ServiceDoor door, int i, CancellationToken cancellationToken)
    {
        var cut = i % 2 is 1;
        return Task.WhenAll(
            watch.Candidate.TurnAsync(cut, timed: true, cancellationToken), watch.Stable?.TurnAsync(cut, timed: true, cancellationToken) ?? Task.CompletedTask, door.TryAsync(cancellationToken));
    }

    /// <summary>Traffic and state in one PUT; then until the platform says that it is so.</summary>
    private static async Task ApplyAsync(RolloutRun run, int share, CancellationToken cancellationToken)
    {
        var service = await run.ChangeAsync((live, state) =>
        {
            var traffic = live.Spec.Traffic ?? [];
            var planned = state.Traffic.At(share, traffic);
            if (TrafficPlan.HasShares(planned, traffic)) OthersChange.RefuseTemplate(live, state);
            else OthersChange.Refuse(live, state);
            return TrafficPlan.HasShares(planned, traffic) && state.Share == share && state.Step is RolloutStep.Shift
                ? null
                : StateAnnotations.With(live with { Spec = live.Spec with { Traffic = planned } }, run.Signed(state) with { Step = RolloutStep.Shift, Share = share });
        }, cancellationToken);
        await Settled.TrafficAsync(run, service.Spec.Traffic ?? [], TrafficWithin, cancellationToken);
    }
}
