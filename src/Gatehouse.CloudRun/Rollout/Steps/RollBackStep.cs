using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// The way back. (1) All new connections go to the old revision, in one PUT and before anything else. (2) The candidate's sockets are asked to move:
/// they stay where they are whatever the traffic says. (3) What does not go is cut, by deleting the revision. (4) It is shown that all this
/// has worked. (5) The service's template and annotations are as they were, so that the next change by hand does not bring the candidate back.
/// </summary>
/// <param name="isAsked">Somebody wants the way back, whatever the traffic is now.</param>
internal sealed class RollBackStep(bool isAsked = false) : IRolloutStep
{
    private const int Tries = 10;
    private static readonly TimeSpan TrafficWithin = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(15);

    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        if (run.Held is { } held)
        {
            await held.DisposeAsync();
            run.Held = null;
        }
        var service = await run.ChangeAsync((live, state) =>
        {
            if (isAsked) OthersChange.RefuseTemplate(live, state);
            else OthersChange.Refuse(live, state);
            return state.Step is RolloutStep.RollBack && TrafficPlan.HasShares(state.Traffic.RolledBack([]), live.Spec.Traffic ?? [])
                ? null
                : Reversed(live, run.Signed(state), run.Breaches);
        }, cancellationToken);                                                                                                               // 1
        run.Say($"all new connections go to '{run.State.Stable}' again");
        var hasTraffic = await Settled.TrafficAsync(run, service.Spec.Traffic ?? [], TrafficWithin, cancellationToken);
        service = await run.Editor.ReadAsync(cancellationToken);
        var seenFrom = Uri.TryCreate(service.Status?.Url, UriKind.Absolute, out var own) ? own : null;
        var left = await EvictAsync(run, seenFrom, cancellationToken);                                                                       // 2
        var isDeleted = false;
        if (left is not 0 && run.Tools.Settings.CutsStragglers)                                                                              // 3
        {
            run.Say(left is { } count ? $"{count} sockets are left: '{run.State.Candidate}' is deleted" : $"nobody tells whether sockets are left: '{run.State.Candidate}' is deleted");
            isDeleted = await DeleteAsync(run, cancellationToken);
            left = await new Eviction(run, run.State.Candidate, seenFrom).UntilEmptyAsync(GoneWithin, cancellationToken);
        }
        var (answers, fault) = await ProveAsync(run, service, cancellationToken);                                                            // 4
        run.Figures.Rollback = new(hasTraffic, Tries, answers, left, isDeleted, fault);
        run.Say(run.Figures.Rollback.IsProved
            ? $"shown: {answers} of {Tries} new connections are answered by '{run.State.Stable}', and the candidate has no socket any more"
            : $"not shown: {answers} of {Tries} new connections are answered by '{run.State.Stable}', the candidate has {left?.ToString() ?? "an unknown number of"} sockets{(fault is null ? "" : $"; {fault}")}");
        await EndAsync(run, cancellationToken);                                                                                              // 5
        return StepOutcome.Passed;
    }

    /// <summary>The service with the traffic of before, and without our tags: a route that names a revision which is not ready does not move at all. Pure.</summary>
    public static Service Reversed(Service live, RolloutState state, IReadOnlyList<Breach> breaches) => StateAnnotations.With(
        live with { Spec = live.Spec with { Traffic = state.Traffic.RolledBack(live.Spec.Traffic ?? []) } },
        state with { Step = RolloutStep.RollBack, Share = 0, Breaches = breaches.Count > 0 ? breaches : state.Breaches });

    /// <summary>The service as it was before the candidate, under the name of the revision that it is. Pure.</summary>
    /// <exception cref="RolloutException">Somebody else has changed it since the way back began.</exception>
    public static Service Restored(Service live, RolloutState state)
    {
        OthersChange.Refuse(live, state);
        if (StateAnnotations.ReadPrevious(live) is not { } previous) return live;
        var annotations = StateAnnotations.Kept(live.Metadata.Annotations);
        foreach (var (name, value) in previous.Annotations ?? new Dictionary<string, string>()) annotations[name] = value;
        return live with
        {
            Metadata = live.Metadata with { Annotations = annotations, Labels = previous.Labels },
            Spec = live.Spec with
            {
                // Named, so that the platform sees the revision that there is, and makes no new one.
                Template = previous.Template with { Metadata = previous.Template.Metadata with { Name = state.Stable } },
                Traffic = state.Traffic.RolledBack(live.Spec.Traffic ?? []),
            },
        };
    }

    private static async Task<long?> EvictAsync(RolloutRun run, Uri? seenFrom, CancellationToken cancellationToken)
    {
        var eviction = new Eviction(run, run.State.Candidate, seenFrom);
        run.Figures.SocketsToMove = await eviction.CountAsync(cancellationToken);
        if (run.Figures.SocketsToMove is 0) return run.Figures.SocketsLeft = 0;
        await eviction.AskAsync(cancellationToken);
        var began = run.Clock.GetTimestamp();
        var left = run.Tools.Mover is null ? run.Figures.SocketsToMove : await eviction.UntilEmptyAsync(run.Tools.Settings.MoveWithin, cancellationToken);
        (run.Figures.SocketsLeft, run.Figures.Moved) = (left, run.Clock.GetElapsedTime(began));
        return left;
    }

    /// <summary>The latest revision cannot be deleted, nor one with a tag: it stops being either first.</summary>
    private static async Task<bool> DeleteAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        await run.ChangeAsync((live, state) => Restored(live, run.Signed(state)), cancellationToken);
        await run.Tools.Api.DeleteRevisionAsync(run.State.Candidate, cancellationToken);
        var began = run.Clock.GetTimestamp();
        while (await run.Tools.Api.FindRevisionAsync(run.State.Candidate, cancellationToken) is not null)
        {
            if (run.Clock.GetElapsedTime(began) > GoneWithin) return false;
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
        }
        return true;
    }

    private static async Task<(int Answers, string? Fault)> ProveAsync(RolloutRun run, Service service, CancellationToken cancellationToken)
    {
        var door = new ServiceDoor(run, service);
        var answers = 0;
        for (var i = 0; i < Tries; i++)
            if (await door.TryAsync(cancellationToken) == run.State.Stable) answers++;
        if (!Uri.TryCreate(service.Status?.Url, UriKind.Absolute, out var url)) return (answers, "the service tells no URL");
        var (fault, _) = await OldRevision.ChatAsync(run, url, turns: 1, cancellationToken);
        return (answers, fault is null ? null : $"a chat turn there: {fault}");
    }

    private static Task EndAsync(RolloutRun run, CancellationToken cancellationToken) => run.ChangeAsync((live, state) =>
        StateAnnotations.Ended(Restored(live, state), new(state.Id, state.Candidate, state.Image, "rolled back", run.Clock.GetUtcNow())), cancellationToken);
}
