using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>All that can be known before anything is changed, and the claim: the one change that begins.</summary>
internal sealed class Preflight(RolloutTools tools, RolloutRequest request)
{
    private const int MostRefusals = 60;

    private string Name => request.Service.Name;

    /// <returns>The state to begin with or to go on from; the service is null at a first deployment.</returns>
    public async Task<(RolloutState State, bool IsResumed, Service? Service)> ClaimAsync(CancellationToken cancellationToken)
    {
        Inspect();
        var began = tools.Clock.GetTimestamp();
        var refusals = 0;
        string? told = null;
        while (true)
        {
            var service = await tools.Api.FindServiceAsync(Name, cancellationToken);
            if (service is null)
            {
                await RefuseWrongPlaceAsync(cancellationToken);
                return (NewState(null, null), false, null);
            }
            var live = StateAnnotations.ReadState(service);
            switch (Decide(live))
            {
                case Claim.Begin when await TryClaimAsync(service, NewState(service, StableOf(service)), cancellationToken) is { } claimed:
                    return (StateAnnotations.ReadState(claimed)!, false, claimed);
                case Claim.GoOn when await TryClaimAsync(service, live! with { Owner = tools.Owner, AliveAt = tools.Clock.GetUtcNow() }, cancellationToken) is { } taken:
                    return (StateAnnotations.ReadState(taken)!, true, taken);
                case Claim.Other:
                    throw new RolloutException(
                        $"a rollout of '{live!.Image ?? live.Candidate}' was cut short at {live.Step.ToString().ToLowerInvariant()}: finish it with the same manifest and image, or roll it back with --abort");
                case Claim.Busy when tools.Clock.GetElapsedTime(began) >= tools.Settings.WaitForOther:
                    throw Busy(live!);
                case Claim.Begin or Claim.GoOn when ++refusals >= MostRefusals:
                    throw new RolloutException($"the service '{Name}' cannot be claimed: somebody changes it all the time, or the API does not say what becomes of a change");
                case var claim:
                    if (claim is Claim.Busy && Waiting(live!) is var waits && waits != told) tools.Journal?.Write(new(tools.Clock.GetUtcNow(), RolloutStep.Preflight, told = waits));
                    await Task.Delay(tools.Settings.Pace, tools.Clock, cancellationToken);
                    break;
            }
        }
    }

    /// <summary>Takes an unfinished rollout over, to end it.</summary>
    public async Task<RolloutState> TakeOverAsync(CancellationToken cancellationToken)
    {
        for (var refusals = 0; refusals < MostRefusals; refusals++)
        {
            var service = await tools.Api.FindServiceAsync(Name, cancellationToken) ?? throw new RolloutException($"there is no service '{Name}'");
            var live = StateAnnotations.ReadState(service);
            var claim = Decide(live);
            if (claim is Claim.Begin) throw new RolloutException($"no rollout of '{Name}' is under way: there is nothing to roll back");
            if (claim is Claim.Busy) throw Busy(live!);
            if (await TryClaimAsync(service, live! with { Owner = tools.Owner, AliveAt = tools.Clock.GetUtcNow() }, cancellationToken) is { } taken) return StateAnnotations.ReadState(taken)!;
            await Task.Delay(tools.Settings.Pace, tools.Clock, cancellationToken);
        }
        throw new RolloutException($"the service '{Name}' cannot be claimed: somebody changes it all the time");
    }

    public async Task<RolloutPlan> PlanAsync(CancellationToken cancellationToken)
    {
        Inspect();
        var service = await tools.Api.FindServiceAsync(Name, cancellationToken);
        if (service is null) await RefuseWrongPlaceAsync(cancellationToken);
        var live = service is null ? null : StateAnnotations.ReadState(service);
        var state = Decide(live) switch
        {
            Claim.Busy => throw Busy(live!),
            Claim.GoOn => live!,
            _ => NewState(service, service is null ? null : StableOf(service)),
        };
        return RolloutPlan.Of(tools, request, state, live);
    }

    public string Describe(RolloutState state, Service? service) => service is null
        ? $"'{Name}' does not exist yet: this is its first deployment, and there will be nothing to go back to"
        : $"'{Name}' is at '{state.Stable}'; the candidate will be '{state.Candidate}'";

    /// <exception cref="RolloutException">The manifest or the settings cannot be deployed.</exception>
    private void Inspect()
    {
        if (RolloutNames.Mistake(Name, tools.Settings) is { } mistake) throw new RolloutException(mistake);
        if (request.Image is not { Length: > 0 }) throw new RolloutException("the manifest names no image, and none was given (--image)");
        if (tools.Lint?.Invoke(request) is [_, ..] errors) throw new RolloutException($"the manifest has errors:{string.Concat(errors.Select(error => $"\n  {error}"))}");
    }

    /// <exception cref="RolloutException">It would not be a first deployment but one to nowhere, after its migration.</exception>
    private async Task RefuseWrongPlaceAsync(CancellationToken cancellationToken)
    {
        if (await tools.Api.FindPlaceFaultAsync(cancellationToken) is { } fault)
            throw new RolloutException($"there is no service '{Name}', and no place for it: {fault.TrimEnd('.')} (--project, --namespace)");
    }

    private Claim Decide(RolloutState? live) =>
        ClaimRule.Decide(live, tools.Owner, RolloutNames.Digest(request), tools.Clock.GetUtcNow(), tools.Settings.ClaimLasts, tools.IsGone);

    private static RolloutException Busy(RolloutState live) => new(
        $"another rollout is under way, of '{live.Image ?? live.Candidate}' at {live.Step.ToString().ToLowerInvariant()} by process {live.Owner.Process} on {live.Owner.Host}, last heard of at {live.AliveAt:HH:mm:ss} UTC: wait for its end (--wait), or end it");

    private string Waiting(RolloutState live) => FormattableString.Invariant(
        $"waiting, for {tools.Settings.WaitForOther.TotalSeconds:0.#} s at most, for the rollout of '{live.Image ?? live.Candidate}' that is under way: it is at {live.Step.ToString().ToLowerInvariant()}{(live.Share > 0 ? $" {live.Share} %" : "")}");

    /// <returns>Null if somebody was quicker.</returns>
    private async Task<Service?> TryClaimAsync(Service service, RolloutState state, CancellationToken cancellationToken)
    {
        try
        {
            return await tools.Api.ReplaceServiceAsync(StateAnnotations.With(service, state), cancellationToken);
        }
        catch (ApiException exception) when (exception.Fault is ApiFault.Conflict or ApiFault.Unknown)
        {
            return null;        // read again; where it was ours after all, that will be seen
        }
    }

    private RolloutState NewState(Service? service, string? stable)
    {
        var id = Guid.NewGuid().ToString("N");
        var now = tools.Clock.GetUtcNow();
        return new()
        {
            Id = id,
            Owner = tools.Owner,
            AliveAt = now,
            StartedAt = now,
            Step = RolloutStep.Preflight,
            Stable = stable,
            Candidate = RolloutNames.Revision(Name, service?.Metadata.Generation ?? 0, id),
            Tag = tools.Settings.Tag,
            StableTag = tools.Settings.StableTag,
            Digest = RolloutNames.Digest(request),
            Image = request.Image,
        };
    }

    /// <summary>The revision that has all traffic. One that shares it with others is in the middle of something that is not ours.</summary>
    private string? StableOf(Service service)
    {
        var traffic = service.Status?.Traffic ?? [];
        var serving = traffic.Where(target => target.Percent > 0).Select(target => target.RevisionName).Distinct().ToList();
        if (serving.Count > 1)
            throw new RolloutException($"the traffic of '{Name}' is split over {string.Join(", ", serving)}: give all of it to one of them first");
        if (serving is not [{ } one]) throw new RolloutException($"'{Name}' has no revision with traffic: {Conditions.Worst(service.Status?.Conditions) ?? "it has never been ready"}; delete it to begin anew");
        if (traffic.FirstOrDefault(target => target.Tag == tools.Settings.Tag || target.Tag == tools.Settings.StableTag) is { } taken)
            throw new RolloutException($"the tag '{taken.Tag}' leads to '{taken.RevisionName}': remove it, or choose another one (--tag, --stable-tag)");
        return one;
    }
}
