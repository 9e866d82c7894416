using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// The traffic of each moment of a rollout: always explicit, because traffic that is left out means all of it to whatever is latest. A revision's
/// share and its tag are entries of their own, as gcloud has them. Tags of others stay.
/// </summary>
internal sealed record TrafficPlan(string? Stable, string Candidate, string Tag, string StableTag)
{
    /// <summary>The candidate has <paramref name="percent"/> of the new connections, and both have their tags.</summary>
    public IReadOnlyList<TrafficTarget> At(int percent, IReadOnlyList<TrafficTarget> live)
    {
        List<TrafficTarget> targets = [];
        if (Stable is not null && percent < 100) targets.Add(new() { RevisionName = Stable, Percent = 100 - percent });
        if (Stable is null || percent > 0) targets.Add(new() { RevisionName = Candidate, Percent = Stable is null ? 100 : percent });
        if (Stable is not null) targets.Add(new() { RevisionName = Stable, Tag = StableTag });
        targets.Add(new() { RevisionName = Candidate, Tag = Tag });
        return [.. targets, .. OthersTags(live)];
    }

    /// <summary>After a good end: the candidate has all, and our tags are gone.</summary>
    public IReadOnlyList<TrafficTarget> Finished(IReadOnlyList<TrafficTarget> live) => [new() { RevisionName = Candidate, Percent = 100 }, .. OthersTags(live)];

    /// <summary>After a bad end: as it was, without our tags.</summary>
    public IReadOnlyList<TrafficTarget> RolledBack(IReadOnlyList<TrafficTarget> live) =>
        [new() { RevisionName = Stable ?? Candidate, Percent = 100 }, .. OthersTags(live)];

    /// <summary>Whether the shares are what the plan says; tags do not matter.</summary>
    public static bool HasShares(IReadOnlyList<TrafficTarget> planned, IReadOnlyList<TrafficTarget> live) => Shares(planned).SetEquals(Shares(live));

    /// <summary>The percent that a revision has.</summary>
    public static int ShareOf(string revision, IReadOnlyList<TrafficTarget>? live) =>
        live?.Where(target => target.RevisionName == revision).Sum(target => target.Percent ?? 0) ?? 0;

    /// <summary>Where a tag leads to; null if it leads nowhere yet.</summary>
    public static Uri? UrlOf(string tag, string revision, IReadOnlyList<TrafficTarget>? live) =>
        live?.FirstOrDefault(target => target.Tag == tag && target.RevisionName == revision)?.Url is { } url && Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri : null;

    private static HashSet<(string, int)> Shares(IReadOnlyList<TrafficTarget> targets) =>
        [.. targets.Where(target => target.Percent > 0).GroupBy(target => target.RevisionName ?? "").Select(group => (group.Key, group.Sum(target => target.Percent ?? 0)))];

    private IEnumerable<TrafficTarget> OthersTags(IReadOnlyList<TrafficTarget> live) => live
        .Where(target => target.Tag is { } tag && tag != Tag && tag != StableTag)
        .Select(target => target with { Percent = null, Url = null });
}
