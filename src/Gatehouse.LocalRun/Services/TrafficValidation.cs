using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;

namespace Gatehouse.LocalRun.Services;

/// <summary>What the platform refuses in <c>spec.traffic</c>, in its own texts where they are known.</summary>
internal static class TrafficValidation
{
    private const int LongestTagAndService = 46;

    public static void Check(Service service)
    {
        if (service.Spec.Traffic is not { Count: > 0 } targets) return;
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in targets)
        {
            if (target.Url is { Length: > 0 }) throw ApiException.Invalid("spec.traffic.url", "The url of a target is the platform's to say.");
            if (target.RevisionName is { Length: > 0 } == (target.LatestRevision is true))
                throw ApiException.Invalid("spec.traffic", "A target has either a revisionName or latestRevision: true.");
            if (target.Percent is < 0 or > 100) throw ApiException.Invalid("spec.traffic.percent", $"A percent is 0 to 100; it is {target.Percent}.");
            if (target.Tag is { Length: > 0 } tag) CheckTag(service.Name, tag, tags);
        }
        var sum = targets.Sum(each => each.Percent ?? 0);
        if (sum is not 100) throw ApiException.Invalid("spec.traffic", $"Traffic targets sum to {sum}, want 100");
    }

    private static void CheckTag(string service, string tag, HashSet<string> tags)
    {
        if (!ServiceValidation.Label().IsMatch(tag)) throw ApiException.Invalid("spec.traffic.tag", $"The tag '{tag}' must be a DNS-1035 label.");
        if (!tags.Add(tag)) throw ApiException.Invalid("spec.traffic.tag", $"Multiple definitions for \"{tag}\"");
        if (tag.Length + service.Length > LongestTagAndService)
            throw ApiException.Invalid("spec.traffic.tag",
                $"spec.traffic.tag: traffic tag '{tag}' and service name '{service}' together are too long. Combined traffic tag and service name cannot exceed {LongestTagAndService} characters.");
    }
}
