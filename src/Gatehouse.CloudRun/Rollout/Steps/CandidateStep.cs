using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Makes the revision: by a name of ours, with a tag, and without a share of the traffic, all in one PUT. Then waits until it is ready.</summary>
internal sealed class CandidateStep : IRolloutStep
{
    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var began = run.Clock.GetTimestamp();
        var isNew = false;
        await run.ChangeAsync((live, state) =>
        {
            isNew = live.Spec.Template.Metadata.Name != state.Candidate;
            return isNew ? Deployed(live, run.Signed(state), run.Request) : null;
        }, cancellationToken);
        run.Say($"'{run.State.Candidate}' is deployed, {(run.State.Stable is null ? "with all traffic, because there is no other" : "without traffic")}, tag '{run.State.Tag}'");
        if (await ReadyAsync(run, began, cancellationToken) is { } breach)
        {
            run.Breaches.Add(breach);
            return StepOutcome.Breached;
        }
        if (isNew || run.State.Stable is null) run.Figures.StartUp = run.Clock.GetElapsedTime(began);
        run.Say($"it is ready after {run.Clock.GetElapsedTime(began).TotalSeconds:0.0} s");
        return StepOutcome.Passed;
    }

    /// <summary>The service as it is to be while the candidate is tried. Pure.</summary>
    public static Service Deployed(Service live, RolloutState state, RolloutRequest request)
    {
        var wanted = request.Service;
        var previous = new PreviousService(live.Spec.Template, StateAnnotations.Foreign(live.Metadata.Annotations), live.Metadata.Labels);
        var annotations = StateAnnotations.Kept(live.Metadata.Annotations);
        foreach (var (name, value) in StateAnnotations.Foreign(wanted.Metadata.Annotations)) annotations[name] = value;
        var service = live with
        {
            Metadata = live.Metadata with { Annotations = annotations, Labels = wanted.Metadata.Labels ?? live.Metadata.Labels },
            Spec = wanted.Spec with
            {
                Template = Named(wanted.Spec.Template, state.Candidate),
                Traffic = state.Traffic.At(0, live.Spec.Traffic ?? []),
            },
        };
        return StateAnnotations.With(StateAnnotations.With(service, previous), state with { Step = RolloutStep.Candidate, Share = 0 });
    }

    /// <summary>The service that there was not: with all traffic, because there is nowhere else for it to go. Pure.</summary>
    public static Service First(RolloutState state, RolloutRequest request, string @namespace)
    {
        var wanted = request.Service;
        var service = wanted with
        {
            ApiVersion = ApiVersions.Serving,
            Kind = "Service",
            Metadata = wanted.Metadata with { Namespace = @namespace, ResourceVersion = null },
            Spec = wanted.Spec with { Template = Named(wanted.Spec.Template, state.Candidate), Traffic = state.Traffic.At(100, []) },
            Status = null,
        };
        return StateAnnotations.With(service, state with { Step = RolloutStep.Candidate, Share = 100 });
    }

    private static RevisionTemplate Named(RevisionTemplate template, string name) => template with { Metadata = template.Metadata with { Name = name } };

    private static async Task<Breach?> ReadyAsync(RolloutRun run, long began, CancellationToken cancellationToken)
    {
        var limit = run.Tools.Thresholds.StartUp;
        while (true)
        {
            var (service, revision) = (await run.Editor.ReadAsync(cancellationToken), await run.Tools.Api.FindRevisionAsync(run.State.Candidate, cancellationToken));
            var ready = Conditions.Of(revision?.Status?.Conditions, "Ready");
            if (ready is { Status: "False" })
                return new(RolloutStep.Candidate, "ready", "the revision becomes ready", $"it failed: {ready.Reason}", Detail(revision, service));
            if (ready is { Status: "True" } && IsSettled(service, run.State)) return null;
            if (run.Clock.GetElapsedTime(began) > limit)
                return new(
                    RolloutStep.Candidate, "start_up", $"ready within {limit.TotalSeconds:0.#} s", "it is not ready yet",
                    Detail(revision, service) is { Length: > 0 } text ? text : "the platform gives no reason");
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
        }
    }

    // What the status says is of this spec, and the tag leads somewhere.
    private static bool IsSettled(Service service, RolloutState state) =>
        service.Status is { } status && (status.ObservedGeneration ?? 0) >= (service.Metadata.Generation ?? 0)
        && TrafficPlan.UrlOf(state.Tag, state.Candidate, status.Traffic) is not null;

    private static string Detail(Revision? revision, Service service) =>
        Conditions.Worst(revision?.Status?.Conditions) ?? Conditions.Worst(service.Status?.Conditions) ?? "";
}
