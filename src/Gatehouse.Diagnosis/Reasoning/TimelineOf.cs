using System.Globalization;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>What happened, in the order of time, as far as it concerns the chain.</summary>
internal static class TimelineOf
{
    private const int Most = 200;
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<Happening> The(Scene scene, Findings found)
    {
        var from = (found.Roots.Min(static root => root.Since) ?? scene.Onset ?? scene.At) - Before;
        List<Happening> all =
        [
            .. scene.Marks.Select(static mark => new Happening(mark.At, EvidenceSource.Mark, Sentence(MarkWords.Of(mark)))),
            .. scene.Lines.Select(static line => new Happening(line.At, EvidenceSource.Platform, line.Text)),
            .. (scene.Process?.ClockJumps ?? []).Select(static jump => new Happening(jump.At, EvidenceSource.Process, string.Create(CultureInfo.InvariantCulture, $"The clock jumped by {jump.By.TotalSeconds:0.#} s."))),
            .. found.Visited.Keys.SelectMany(node => OfNode(scene[node], found)),
            .. scene.Given.Rechecks.Select(static recheck => new Happening(recheck.At, EvidenceSource.Recheck, Sentence(NodeWords.Of(recheck).Text)) { About = recheck.Node }),
        ];
        if (scene.Given.Outside is { } outside)
            all.Add(new(outside.At, EvidenceSource.Outside, scene.Failure is { } failure ? $"A probe from outside fails at {failure.Layer.ToString().ToLowerInvariant()}." : "A probe from outside passes."));
        var relevant = all.Where(each => each.At >= from)
            .OrderBy(static each => each.At).ThenBy(static each => each.Source).ThenBy(static each => each.About, StringComparer.Ordinal)
            .ThenBy(static each => each.Text, StringComparer.Ordinal).Distinct().ToList();
        return relevant.Count <= Most ? relevant : [.. relevant.Take(Most / 2), .. relevant.TakeLast(Most / 2)];
    }

    private static IEnumerable<Happening> OfNode(NodeStory story, Findings found)
    {
        var beginnings = found.Roots.Where(root => root.Node == story.Name).Select(static root => root.Since).ToHashSet();
        foreach (var each in story.Node.Events)
            yield return new(each.At, EvidenceSource.History, $"{story.Name} is {each.State.ToText()}{NodeWords.Because(each.Reason)}.")
            {
                About = story.Name,
                IsRoot = beginnings.Contains(each.At),
            };
    }

    private static string Sentence(string words) => words.Length == 0 ? "" : $"{char.ToUpperInvariant(words[0])}{words[1..].TrimEnd('.')}.";
}
