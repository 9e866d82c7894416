using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>What stands around the chain: who is hit, what was ruled out, what made it worse.</summary>
internal static class Surroundings
{
    private static readonly TimeSpan JustBefore = TimeSpan.FromMinutes(10);

    public static BlastRadius Blast(Scene scene, Findings found)
    {
        var roots = found.Roots.Select(static root => root.Node).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var below = scene.Stories.Where(story => roots.Contains(story.Name) || scene.Above(story.Name).Overlaps(roots)).ToList();
        return new()
        {
            Nodes = [.. below.Where(static story => !story.IsUp).Select(static story => story.Name)],
            AtRisk = [.. below.Where(static story => story.IsUp).Select(static story => story.Name)],
            TakesNewConnections = scene.Admission?.Door is { } door ? door == Door.Open : scene.Given.Graph?.IsReady,
            Refused = scene.Admission is null ? null : scene.Decisions.Where(static each => each.Outcome == "refused").Sum(static each => each.Count),
            Held = scene.Admission?.Held,
            Open = scene.Admission?.Open,
            Lasts = scene.Onset is { } onset && onset <= scene.At ? scene.At - onset : null,
        };
    }

    public static IReadOnlyList<RuledOut> RuledOut(Scene scene, Findings found)
    {
        var before = found.Visited.Keys.SelectMany(scene.Above).ToHashSet(StringComparer.Ordinal);
        var rooted = found.Roots.Select(static root => root.Node).OfType<string>().ToHashSet(StringComparer.Ordinal);
        List<RuledOut> ruledOut =
        [
            .. scene.Stories
                .Where(story => !found.Visited.ContainsKey(story.Name) && !rooted.Contains(story.Name))
                .Select(story => Of(scene, found, story, before.Contains(story.Name))).OfType<RuledOut>(),
            .. scene.Layers.Where(static layer => layer.Outcome == LayerOutcome.Passed).Select(static layer => new RuledOut(layer.Layer.ToString().ToLowerInvariant(), $"The probe from outside passed it in {NodeWords.Time(layer.Duration)}.") { Kind = HopKind.Platform }),
        ];
        var hasProcess = found.Roots.Any(static root => root.Cause.Code.StartsWith("process.", StringComparison.Ordinal));
        if (!hasProcess && scene.Process?.PoolDelay is { } delay)
            ruledOut.Add(new("process", $"The thread pool begins with a work item within {NodeWords.Time(delay)}.") { Kind = HopKind.Process });
        return ruledOut;
    }

    public static IReadOnlyList<Factor> Factors(Scene scene, Findings found)
    {
        var factors = new List<Factor>();
        var onset = scene.Onset ?? scene.At;
        var deployment = scene.Marks.LastOrDefault(mark => mark.Kind is MarkKind.DeploymentStarted or MarkKind.ConfigurationChanged && mark.At <= onset + scene.Slack && mark.At >= onset - JustBefore);
        if (deployment is not null)
            factors.Add(new("factor.change", $"It began within ten minutes of a change: {MarkWords.Of(deployment)}.") { Evidence = [Fact(deployment)] });
        if (scene.LastMigration is { } migration && deployment is { Kind: MarkKind.DeploymentStarted } && migration.At > deployment.At)
            factors.Add(new("factor.migration_after_deployment", "The migration was not done before the deployment began.") { Evidence = [Fact(migration)] });
        if (scene.LineOf("probe_failed") is { } line && !found.Roots.Exists(static root => root.Cause.Code.StartsWith("probe.", StringComparison.Ordinal)))
            factors.Add(new("factor.probe_kills", "The platform's probe ends the process while it waits, so that each start begins anew.") { Evidence = [new(EvidenceSource.Platform, line.Text) { At = line.At }] });
        foreach (var story in scene.Stories.Where(story => story is { IsUp: true, Node: { State: NodeState.Degraded, Reason: not null } }))
            factors.Add(new("factor.degraded", $"{story.Name} does its job less well than it should: {story.Node.Reason!.TrimEnd('.')}.") { Evidence = NodeWords.Evidence(story, null) });
        foreach (var root in found.Roots.Where(static root => root.Until is not null))
            factors.Add(new("factor.recovered", $"{root.Node} is well again, and what it harmed has not come back yet."));
        return factors;
    }

    private static RuledOut? Of(Scene scene, Findings found, NodeStory story, bool isBefore)
    {
        if (found.Starved.Contains(story.Name))
            return Because(story, "It timed out while the process itself had no time for it.");
        if (story.HasOpenEpisode)
            return Because(story, isBefore
                ? "It is not well, but was not when what depends on it fell."
                : "It is not well, but nothing that is harmed depends on it.");
        if (!isBefore || story.IsSilent) return null;
        if (story.Episodes.Count > 0) return Because(story, "It was not well at another time.");
        if (story.Recheck?.Outcome == RecheckOutcome.Up) return Because(story, "A second look finds it well.");
        if (story.IsUp) return Because(story, $"It was well at the time{(story.Node.LastGood is { } good ? $"; its last good check ended {NodeWords.Time((scene.At - good).Duration())} before the case" : "")}.");
        return Because(story, $"It is {story.Node.State.ToText()}, on its way.");
    }

    private static RuledOut Because(NodeStory story, string why) => new(story.Name, why) { Kind = HopKind.Node, Evidence = NodeWords.Evidence(story, story.Episodes.LastOrDefault()) };

    private static Evidence Fact(Mark mark) => new(EvidenceSource.Mark, MarkWords.Of(mark)) { At = mark.At };
}
