using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>The traffic split and its tags.</summary>
internal static class TrafficCheck
{
    private const int LongestTagAndName = 46;

    public static void Run(Subject subject, Findings findings)
    {
        if (!subject.IsService || subject.Resource["spec"].Map is null) return;
        var traffic = subject.Resource["spec"]["traffic"];
        if (!traffic.Exists || traffic.Node is ManifestList { Items.Count: 0 })
        {
            findings.Add(TrafficRules.Missing, traffic, "without traffic all of it goes to the latest revision at once, as soon as that is ready: nobody can look at it first",
                "write the split: a revision with 100 percent, or latestRevision: true where that is meant",
                traffic.HasKey ? null : Change.Of(Edit.Insert(subject.Text, subject.Resource["spec"], [], Written(subject))));
            return;
        }
        if (subject.Targets.Count is 0) return;
        Sum(subject, traffic, findings);
        var tags = new HashSet<string>(StringComparer.Ordinal);
        foreach (var target in subject.Targets)
        {
            Revision(subject, target, findings);
            Tag(subject, target["tag"], tags, findings);
            if (target["url"].HasKey) findings.AddKey(TrafficRules.Url, target["url"], "a url is told in the status, and disallowed here", "leave it out", Change.Of(Edit.Delete(subject.Text, target["url"])));
        }
    }

    /// <summary>What the platform does anyway, said aloud.</summary>
    private static string[] Written(Subject subject) => subject.Resource["spec"].Map is { IsFlow: true }
        ? ["traffic: [{ latestRevision: true, percent: 100 }]"]
        : ["traffic:", "- latestRevision: true", "  percent: 100"];

    private static void Sum(Subject subject, Spot traffic, Findings findings)
    {
        var percents = subject.Targets.Select(static target => target["percent"]).ToArray();
        if (percents.Any(static percent => percent.Exists && percent.Whole is not (>= 0 and <= 100))) return;
        var sum = percents.Sum(static percent => percent.Whole ?? 0);
        if (sum is not 100) findings.AddKey(TrafficRules.Sum, traffic, FormattableString.Invariant($"the percentages add up to {sum}, and must to 100"), "let them add up to 100");
    }

    private static void Revision(Subject subject, Spot target, Findings findings)
    {
        var (revision, latest) = (target["revisionName"], target["latestRevision"]);
        if (revision.Exists && latest.Truth is true)
            findings.AddKey(TrafficRules.Target, latest, "the entry names a revision and asks for the latest one", "keep one of the two");
        else if (!revision.Exists && latest.Truth is not true)
            findings.AddKey(TrafficRules.Target, target, "the entry names no revision and does not ask for the latest one", "write revisionName, or latestRevision: true");
        if (revision.Text is { } name && subject.Name is { } service && !name.StartsWith($"{service}-", StringComparison.Ordinal))
            findings.Add(TrafficRules.ForeignRevision, revision, $"'{Shown.Of(name)}' can be no revision of this service: they all begin with '{Shown.Of(service)}-'", "name one of this service's revisions");
    }

    private static void Tag(Subject subject, Spot spot, HashSet<string> tags, Findings findings)
    {
        if (spot.Text is not { } tag) return;
        if (!NameForm.IsDns1035(tag))
            findings.Add(TrafficRules.TagForm, spot, $"the tag '{Shown.Of(tag)}' is part of a host name and has not its form", NameForm.Rule);
        if (!tags.Add(tag))
            findings.Add(TrafficRules.TagTwice, spot, $"the tag '{Shown.Of(tag)}' stands at two entries", "give each its own");
        if (subject.IsCloudRun && subject.Name is { } name && tag.Length + name.Length > LongestTagAndName)
            findings.Add(TrafficRules.TagTooLong, spot, FormattableString.Invariant($"the tag and the name '{Shown.Of(name)}' have {tag.Length + name.Length} characters together; {LongestTagAndName} are allowed"),
                FormattableString.Invariant($"take a tag of at most {Math.Max(0, LongestTagAndName - name.Length)} characters"));
    }
}
