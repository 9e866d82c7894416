using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Services;

/// <summary>One entry of what holds for a service's traffic.</summary>
internal sealed record PlannedTarget(RevisionRun Revision, int Percent, string? Tag, bool IsLatest);

/// <summary>
/// Which revision a new request goes to. Shares are dealt out evenly and in a fixed order (smooth weighted round robin), where the platform's
/// are random: with 5 % it is one in every twenty here. Safe to use from any thread.
/// </summary>
internal sealed class TrafficPlan(IReadOnlyList<PlannedTarget> targets)
{
    private readonly Lock _gate = new();            // guards _credit
    private readonly int[] _credit = new int[targets.Count];

    public static TrafficPlan None { get; } = new([]);

    public IReadOnlyList<PlannedTarget> Targets => targets;

    public bool HasShare(string revision) => targets.Any(each => each.Percent > 0 && each.Revision.Name == revision);

    public RevisionRun? ByTag(string tag) => targets.FirstOrDefault(each => each.Tag == tag)?.Revision;

    public RevisionRun? ByName(string revision) => targets.FirstOrDefault(each => each.Revision.Name == revision)?.Revision;

    public RevisionRun? Next()
    {
        lock (_gate)
        {
            var (best, total) = (-1, 0);
            for (var i = 0; i < targets.Count; i++)
            {
                if (targets[i].Percent is 0) continue;
                _credit[i] += targets[i].Percent;
                total += targets[i].Percent;
                if (best < 0 || _credit[i] > _credit[best]) best = i;
            }
            if (best < 0) return null;
            _credit[best] -= total;
            return targets[best].Revision;
        }
    }

    public bool IsSameAs(TrafficPlan other) => targets.SequenceEqual(other.Targets);

    public IReadOnlyList<TrafficTarget> ToStatus(Func<string, string> urlOfTag) => [.. targets.Select(each => new TrafficTarget
    {
        RevisionName = each.Revision.Name,
        Percent = each.Percent,
        LatestRevision = each.IsLatest ? true : null,
        Tag = each.Tag,
        Url = each.Tag is null ? null : urlOfTag(each.Tag),
    })];

    public IReadOnlyList<TrafficShare> ToShares() => [.. targets.Select(each => new TrafficShare(each.Revision.Name, each.Percent, each.Tag))];
}
