using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Services;

/// <summary>
/// Works out what holds for a service: which revision is the latest ready one, where new requests go, how many instances are kept, and what the
/// status says. Traffic moves as a whole or not at all: as long as one of its revisions is not ready, all stays as it was.
/// </summary>
internal sealed class Reconciler(Platform platform, Urls urls)
{
    private static readonly IReadOnlyList<TrafficTarget> AllToLatest = [new() { LatestRevision = true, Percent = 100 }];

    public void Reconcile(ServiceRun run)
    {
        run.LatestReady = run.LatestCreated is { State: RevisionState.Ready } created ? created
            : run.Revisions.LastOrDefault(each => each.State is RevisionState.Ready);
        var conditions = new Conditions(platform.Clock.GetUtcNow());
        var configuration = OfConfiguration(run, conditions);
        var routes = Route(run, conditions);
        KeepInstances(run);
        IReadOnlyList<Condition> all = [OfService(configuration, routes), configuration, routes];
        run.Status = new()
        {
            ObservedGeneration = run.Generation,
            Conditions = [.. all.Select(each => SinceBefore(each, run.Status?.Conditions))],
            Url = urls.OfService(run.Name),
            Address = new() { Url = urls.OfService(run.Name) },
            LatestCreatedRevisionName = run.LatestCreated?.Name,
            LatestReadyRevisionName = run.LatestReady?.Name,
            Traffic = run.Plan.ToStatus(tag => urls.OfTag(tag, run.Name)),
        };
    }

    private static Condition OfConfiguration(ServiceRun run, Conditions conditions) => run.LatestCreated switch
    {
        { State: RevisionState.Ready } => conditions.True("ConfigurationsReady"),
        { State: RevisionState.Failed } failed =>
            conditions.False("ConfigurationsReady", "RevisionFailed", $"Revision \"{failed.Name}\" failed with message: {failed.Failure}"),
        _ => conditions.Unknown("ConfigurationsReady"),
    };

    /// <summary>Ready is both; what is wrong comes before what is not known yet.</summary>
    private static Condition OfService(Condition configuration, Condition routes)
    {
        var worst = new[] { configuration, routes }.MinBy(each => each.Status switch { "False" => 0, "Unknown" => 1, _ => 2 })!;
        return worst with { Type = "Ready" };
    }

    private Condition Route(ServiceRun run, Conditions conditions)
    {
        List<PlannedTarget> targets = [];
        foreach (var wanted in run.Wanted.Spec.Traffic is { Count: > 0 } given ? given : AllToLatest)
        {
            var isLatest = wanted.RevisionName is null;
            var revision = isLatest ? run.LatestReady ?? run.LatestCreated : run.Find(wanted.RevisionName!);
            var name = revision?.Name ?? wanted.RevisionName;
            if (revision is null) return conditions.False("RoutesReady", "RevisionMissing", $"Revision \"{name}\" referenced in traffic not found.");
            if (revision.State is RevisionState.Failed) return conditions.False("RoutesReady", "RevisionMissing", $"Revision \"{name}\" failed to become ready.");
            if (revision.State is RevisionState.Deploying) return conditions.Unknown("RoutesReady", "RevisionMissing", $"Revision \"{name}\" is not yet ready.");
            targets.Add(new(revision, wanted.Percent ?? 0, wanted.Tag is { Length: > 0 } tag ? tag : null, isLatest));
        }
        var plan = new TrafficPlan(targets);
        if (!plan.IsSameAs(run.Plan))
        {
            run.Plan = plan;
            platform.Events.Add(new TrafficChanged(run.Name, plan.ToShares()));
        }
        return conditions.True("RoutesReady");
    }

    /// <summary>A revision's own minimum counts while it has traffic or a tag; the service's is shared out by traffic only.</summary>
    private static void KeepInstances(ServiceRun run)
    {
        var ofService = RevisionSettings.Number(run.Wanted.Metadata, "run.googleapis.com/minScale") ?? 0;
        foreach (var revision in run.Revisions)
        {
            var targets = run.Plan.Targets.Where(each => each.Revision == revision).ToList();
            var own = targets.Count > 0 ? revision.Settings.MinInstances : 0;
            var share = (ofService * targets.Sum(each => each.Percent) + 99) / 100;
            revision.Pool.KeepAtLeast(Math.Max(own, share));
        }
    }

    // A condition that says what it said keeps its time.
    private static Condition SinceBefore(Condition now, IReadOnlyList<Condition>? before) =>
        before?.FirstOrDefault(each => each.Type == now.Type && each.Status == now.Status) is { } same
            ? now with { LastTransitionTime = same.LastTransitionTime }
            : now;
}
