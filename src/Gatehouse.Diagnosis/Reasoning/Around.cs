using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>The causes that are not at a node, as far as they have a way to the symptom.</summary>
internal sealed class Around(Scene scene, Findings found, Symptom symptom)
{
    // What a process that has no time for anything makes of good dependencies.
    private static readonly string[] WantOfTime = ["timeout", "slow", "TimeoutException", "TaskCanceledException", "OperationCanceledException"];

    /// <summary>The process; with no time for anything it explains the time-outs of nodes as well.</summary>
    public void Process(bool hasNodes)
    {
        if (symptom.Kind == SymptomKind.Unreachable && !hasNodes) return;
        var hops = new List<Hop>();
        foreach (var cause in Catalogue.Process)
        {
            if (cause.Shows!(scene) is not { } finding) continue;
            if (cause.Code == "process.clock_jump") Mislead(finding.Since!.Value);
            else Starve();
            hops.Add(Add(cause, finding, "process"));
        }
        if (hops.Count > 0) found.Hops.Add(Area(HopKind.Process, "process", "What is wrong with the process?", "The process itself is not well.", hops));
    }

    /// <summary>What is before the process, and the door.</summary>
    public void Outside(bool hasNodes)
    {
        if (symptom.Kind is SymptomKind.NodeDown or SymptomKind.Slow) return;
        var probes = First(Catalogue.Probes, cause => !hasNodes || cause.Code != "probe.too_early");
        var ends = First(Catalogue.Ends, cause => IsNoConsequence(cause, hasNodes || probes is not null));
        var edge = First(Catalogue.Edge, cause => MayBeOfItself(cause, hasNodes, hasReason: probes is not null || ends is not null));
        var hops = new[] { probes, ends, edge }.OfType<(Cause Cause, Finding Finding)>().Select(each => Add(each.Cause, each.Finding, "platform")).ToList();
        if (hops.Count > 0) found.Hops.Add(Area(HopKind.Platform, "platform", "What is wrong before the service?", "What stands between the client and a good process is not well.", hops));
        if (symptom.Kind is SymptomKind.Unreachable or SymptomKind.TurnFailed) return;
        if (First(Catalogue.Admission, static _ => true) is { } door)
            found.Hops.Add(Area(HopKind.Admission, "admission", "What does the front door do?", "The front door lets nobody in.", [Add(door.Cause, door.Finding, "admission")]));
    }

    /// <summary>The models' providers: they have a way to answers, and none to the front door.</summary>
    public void Providers()
    {
        if (symptom.Kind is not (SymptomKind.TurnFailed or SymptomKind.Slow or SymptomKind.Other)) return;
        foreach (var provider in scene.Given.Providers.OrderBy(static each => each.Name, StringComparer.Ordinal))
        {
            var isFailing = SymptomFinder.IsFailing(provider);
            if (!isFailing && !SymptomFinder.IsSlow(provider)) continue;
            var failures = provider.Failures.OrderByDescending(static each => each.Count).ThenBy(static each => each.Signature, StringComparer.Ordinal).ToList();
            var signs = failures.Take(isFailing ? 1 : 0).Select(each => new Sign(each.First ?? scene.At, NodeState.Failed, each.Text, each.Signature)).ToList();
            var node = new NodeEvidence { Name = provider.Name, State = NodeState.Failed, IsRequired = false };
            var cause = new Clue(scene, node, NodeKind.Provider, signs) { IsSlowProvider = !isFailing }.Match(Catalogue.Providers);
            if (cause is null) continue;
            var text = isFailing ? $"{SymptomFinder.Failed(provider)} of {provider.Calls} calls failed" : $"half of the calls say their first word after {NodeWords.Time(provider.FirstWord!.Value)}";
            var finding = new Finding([new(EvidenceSource.Provider, text) { About = provider.Name, At = failures.FirstOrDefault()?.First, Signature = failures.FirstOrDefault()?.Signature }], failures.FirstOrDefault()?.First);
            found.Hops.Add(Area(HopKind.Provider, $"provider:{provider.Name}", $"Why does {provider.Name} not answer as it should?", "Calls to its provider do not go well.", [Add(cause, finding, provider.Name)], provider.Name));
        }
    }

    private void Starve()
    {
        foreach (var story in scene.Stories)
            if (story.Episodes is [.., { IsOpen: true } open] && open.Signs.All(static sign => sign.Signature is null || WantOfTime.Contains(sign.Signature)))
                found.Starved.Add(story.Name);
    }

    private void Mislead(DateTimeOffset jump)
    {
        foreach (var story in scene.Stories)
            if (story.Episodes is [.., { IsOpen: true } open] && open.From >= jump - scene.Slack) found.Misled.Add(story.Name);
    }

    // A start that fails, for whatever reason that is known, is killed and begun anew: that is what it leads to, not why.
    private static bool IsNoConsequence(Cause cause, bool hasReason) =>
        !hasReason || cause.Code is not ("platform.crash_loop" or "platform.no_instance" or "platform.stale_endpoint");

    // What the router answers for an instance that is not well is no fault of the router; that the address refuses, none of an ended process.
    private static bool MayBeOfItself(Cause cause, bool hasNodes, bool hasReason) => cause.Code switch
    {
        "platform.malformed_response" or "platform.request_timeout" => !hasNodes && !hasReason,
        "outside.unreachable" => !hasReason,
        _ => true,
    };

    private (Cause Cause, Finding Finding)? First(IReadOnlyList<Cause> rows, Func<Cause, bool> may)
    {
        foreach (var cause in rows.Where(may))
            if (cause.Shows!(scene) is { } finding) return (cause, finding);
        return null;
    }

    private Hop Add(Cause cause, Finding finding, string where)
    {
        var isNamed = cause.Code.StartsWith("provider.", StringComparison.Ordinal);
        List<Weight> weights =
        [
            finding.IsPlain ? new("the evidence says so plainly", 60) : new("it looks like it", 35),
            finding.Since is { } since && scene.Onset is { } onset && since > onset + scene.Slack && symptom.Onset is not null
                ? new("it was seen later than the symptom", 10) : new("it was there when the symptom was seen", 20),
            new("the evidence is fresh", 10),
        ];
        var hop = CauseHops.Of(cause, isNamed ? where : null, finding.Since, finding.Evidence);
        found.Roots.Add(new(cause, isNamed ? where : null, finding.Since, null, weights, hop.Id));
        return hop;
    }

    private static Hop Area(HopKind kind, string id, string question, string answer, IReadOnlyList<Hop> causes, string? name = null) => new()
    {
        Id = id,
        Kind = kind,
        Name = name,
        Question = question,
        Answer = answer,
        Since = causes.Min(static cause => cause.Since),
        Causes = causes,
    };
}
