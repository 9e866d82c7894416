namespace Gatehouse.Diagnosis;

/// <summary>
/// From a case to its report.
/// <list type="number">
/// <item>Find the symptom, if nobody has said it; with none, all is well.</item>
/// <item>Look at the process, at what is between, at the door and at the providers, as far as they have a way to the symptom.</item>
/// <item>Walk down from the required nodes that are not well and that no other such node depends on.</item>
/// <item>Weigh, and tell what stands around.</item>
/// </list>
/// </summary>
internal sealed class Reasoner
{
    private readonly Scene _scene;
    private readonly Findings _found = new();
    private readonly Symptom? _symptom;

    public Reasoner(Case given)
    {
        _scene = new(given);
        _symptom = SymptomFinder.Find(_scene);
    }

    public DiagnosisReport Explain()
    {
        if (_symptom is null) return Healthy();
        var tops = Tops();
        _scene.Onset = _symptom.Onset ?? Began(tops);
        var around = new Around(_scene, _found, _symptom);
        around.Process(hasNodes: tops.Count > 0);
        var walk = new Walk(_scene, _found);
        var nodes = tops.Select(top => walk.Hop(top, _symptom.Onset)).OfType<Hop>().ToList();
        around.Outside(hasNodes: nodes.Count > 0);
        around.Providers();
        _found.Hops.AddRange(nodes);
        return Report();
    }

    /// <summary>When the first of the victims fell; where all of them wait since the start, when what they wait for failed first.</summary>
    private DateTimeOffset? Began(IReadOnlyList<NodeStory> tops)
    {
        var falls = tops.Select(static top => top.Episodes.LastOrDefault()?.Fell).Min();
        return falls ?? _scene.Stories.Where(static story => story is { Node.IsRequired: true, HasOpenEpisode: true }).Select(static story => story.Episodes[^1].From).Min()
            ?? _scene.BornAt;
    }

    /// <summary>The required nodes that were not well when it began, without those that another one of them depends on.</summary>
    private List<NodeStory> Tops()
    {
        if (_symptom!.Node is { } named) return _scene.Knows(named) ? [_scene[named]] : [];
        var ill = _scene.Stories.Where(story => story.Node.IsRequired && IsIll(story)).ToList();
        var before = ill.SelectMany(story => _scene.Above(story.Name)).ToHashSet(StringComparer.Ordinal);
        return [.. ill.Where(story => !before.Contains(story.Name))];
    }

    private bool IsIll(NodeStory story)
    {
        if (story.HasOpenEpisode || story.IsSilent || story.Node is { State: Readiness.NodeState.Unknown, Runs: > 0 }) return true;
        if (_symptom!.Onset is { } onset && story.Episodes.Any(each => each.From <= onset + _scene.Slack && each.Until >= onset - _scene.Slack)) return true;
        if (!story.IsOnItsWay) return false;
        var isLate = _scene.BornAt is { } born && _scene.At - born > _scene.StartBudget;
        return isLate || _scene.Above(story.Name).Any(name => _scene[name] is { HasOpenEpisode: true } or { IsSilent: true })
            || _scene.Given.Graph?.StartedAt is not null;
    }

    private DiagnosisReport Healthy()
    {
        var isStarting = _scene.Given.Graph is { IsReady: false, StartedAt: null, Nodes.Count: > 0 };
        return new()
        {
            At = _scene.At,
            Subject = _scene.Given.Subject,
            Verdict = Verdict.Healthy,
            Summary = _scene.IsDraining ? "The instance drains, as it was told to; nothing is wrong."
                : isStarting ? "The start is in progress, and within its time." : $"Nothing is wrong that anybody would notice.{Slow()}",
            RuledOut = Surroundings.RuledOut(_scene, _found),
        };
    }

    // Slow is not down; whoever asks is told of it all the same.
    private string Slow()
    {
        List<string> slow = [.. _scene.Stories.Where(static story => story.Node is { State: Readiness.NodeState.Degraded, Signature: "slow" }).Select(static story => story.Name)];
        return slow.Count == 0 ? "" : $" {NodeWords.And(slow)} {(slow.Count == 1 ? "does its" : "do their")} work, and more slowly than {(slow.Count == 1 ? "it" : "they")} should.";
    }

    private DiagnosisReport Report()
    {
        var chain = SymptomHop.Of(_scene, _symptom!, _found);
        var paths = Paths.In(chain);
        var roots = _found.Roots
            .OrderByDescending(static root => root.Points).ThenBy(static root => root.Since ?? DateTimeOffset.MaxValue).ThenBy(static root => root.HopId, StringComparer.Ordinal)
            .Select(root => Of(root, paths)).ToList();
        var verdict = roots.Count == 0 || _found.Unexplained.Count > 0 ? Verdict.InsufficientEvidence : roots.Max(static root => root.Verdict);
        return new()
        {
            At = _scene.At,
            Subject = _scene.Given.Subject,
            Verdict = verdict,
            Summary = SymptomHop.Summary(_symptom!, _found, roots, verdict),
            Symptom = _symptom,
            Onset = _scene.Onset,
            Chain = chain,
            Roots = roots,
            RuledOut = Surroundings.RuledOut(_scene, _found),
            Factors = Surroundings.Factors(_scene, _found),
            BlastRadius = Surroundings.Blast(_scene, _found),
            Timeline = TimelineOf.The(_scene, _found),
            DetectionGap = Gap(roots),
            LookAgain = [.. _found.LookAgain.Values],
            OpenQuestions = [.. _found.Unexplained.Select(static node => $"Why is {node} not well?"), .. _found.LookAgain.Keys.Select(static node => $"How is {node} now?")],
        };
    }

    private static Root Of(FoundRoot root, IReadOnlyDictionary<string, IReadOnlyList<string>> paths) => new()
    {
        Code = root.Cause.Code,
        Title = root.Cause.Title,
        Verdict = root.Verdict,
        Node = root.Node,
        Since = root.Since,
        RecoveredAt = root.Until,
        Path = paths[root.HopId],
        Weights = root.Weights,
        Remedies = root.Cause.Remedies,
    };

    private DetectionGap? Gap(IReadOnlyList<Root> roots)
    {
        if (roots.Count == 0) return null;
        var first = roots.Where(static root => root.Since is not null).MinBy(static root => root.Since);
        if (roots.All(static root => root.Code.StartsWith("outside.", StringComparison.Ordinal) || root.Code.StartsWith("platform.", StringComparison.Ordinal)))
            return new("Nothing inside the service can see it; only a probe from outside does.");
        if (first is null || _scene.Onset is not { } onset) return new("When the cause began is not known, so neither is how long it went unseen.");
        var lasted = onset - first.Since!.Value;
        if (lasted < TimeSpan.Zero) lasted = TimeSpan.Zero;
        return new(lasted < _scene.Slack
            ? "It was seen as soon as it did harm, and not before."
            : $"{first.Node ?? "The process"} showed the cause {NodeWords.Time(lasted)} before the harm.")
        { Lasted = lasted };
    }
}
