using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>
/// Walks from a node that is not well to what it needs, as deep as the evidence goes.
/// <list type="number">
/// <item>What its own peer has said (a missing table, a refused password) is a root: nothing before it can be the reason.</item>
/// <item>Anything else is put down to the hard parents that were not well at its onset, silent ones included if something before them was not.</item>
/// <item>With no such parent its own signature counts, where it is at home at this kind of node and no other node shows the same.</item>
/// <item>With neither, soft and informational parents may explain it, at best as likely.</item>
/// <item>Else the trail ends here. Its parents are asked to be looked at once more.</item>
/// </list>
/// </summary>
internal sealed class Walk(Scene scene, Findings found)
{
    /// <summary>How long after a parent is well again a child may still fall over it: monitors need three failures.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, int> _times = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);

    /// <summary>The hop of a node; null if the node is on the way to itself.</summary>
    public Hop? Hop(NodeStory story, DateTimeOffset? onset, bool isSure = true)
    {
        var name = story.Name;
        if (_open.Contains(name)) return null;
        var times = _times[name] = _times.GetValueOrDefault(name) + 1;
        if (times > 1) return Again(story, times);
        var episode = story.At(onset, scene.Slack, Lag);
        found.Visited[name] = onset;
        _open.Add(name);
        var ends = new NodeEnd(scene, story, episode, onset);
        var causes = Causes(story, ends, isSure);
        _open.Remove(name);
        return new()
        {
            Id = $"node:{name}",
            Kind = HopKind.Node,
            Name = name,
            Question = NodeWords.Question(story, episode),
            Answer = NodeWords.Answer(story, episode, causes),
            Since = episode?.From ?? story.Node.Since,
            Evidence = NodeWords.Evidence(story, episode),
            Causes = causes,
        };
    }

    private List<Hop> Causes(NodeStory story, NodeEnd end, bool isSure)
    {
        var own = end.Own;
        var hard = Parents(story, EdgeStrength.Hard);
        foreach (var silent in hard.Where(static parent => parent is { IsSilent: true, Recheck: null }))
            found.Ask(silent.Name, $"{story.Name} is not well and comes after {silent.Name}, of which nothing is known{(silent.IsStale ? " any more" : "")}.");
        foreach (var mute in hard.Where(static parent => parent is { IsSilent: true, Recheck: not null })) found.Unexplained.Add(mute.Name);
        var bad = hard.Where(parent => IsBadFor(parent, end)).ToList();
        var late = hard.Where(parent => !bad.Contains(parent) && !found.Starved.Contains(parent.Name) && (parent.IsIllStill(scene.At) || FellMeanwhile(parent, end))).ToList();
        if (own is not null && (own.IsOwn || IsNotLent(own, bad)))                                                                // 1
            return [.. Root(own, end, isSure), .. Hops([.. bad.Where(parent => StillHolds(parent, end)), .. late.Where(parent => StillHolds(parent, end))], end, isSure)];
        if (bad.Count > 0) return Hops([.. bad, .. late], end, isSure);                             // 2
        if (found.Starved.Contains(story.Name) || (own is null && found.Misled.Contains(story.Name))) return [ByProcess(story), .. Hops(late, end, isSure)];
        if (own is not null && !IsAmbiguous(story, end))                                            // 3
            return [.. Root(own, end, isSure), .. Hops(late, end, isSure)];
        var unsure = Parents(story, EdgeStrength.Soft, EdgeStrength.Informational).Where(parent => IsBadFor(parent, end)).ToList();
        if (unsure.Count > 0 && late.Count == 0) return Hops(unsure, end, isSure: false);           // 4
        return [.. Hops(late, end, isSure), Unknown(story, hard, own)];                             // 5
    }

    private IEnumerable<Hop> Root(Cause cause, NodeEnd end, bool isSure)
    {
        var root = end.Root(cause, isSure);
        if (root.Verdict == Verdict.InsufficientEvidence)
        {
            found.Unexplained.Add(end.Story.Name);
            return [CauseHops.Unknown(end.Story.Name, $"It looks like “{cause.Title}”, but too little speaks for it.")];
        }
        found.Roots.Add(root);
        return [CauseHops.Of(cause, end.Story.Name, root.Since, end.Evidence(cause))];
    }

    private List<Hop> Hops(IReadOnlyList<NodeStory> parents, NodeEnd end, bool isSure) =>
        parents.OrderBy(static parent => parent.Name, StringComparer.Ordinal).Select(parent => Hop(parent, end.Episode?.Fell ?? end.Onset, isSure)).OfType<Hop>().ToList();

    private Hop Unknown(NodeStory story, IReadOnlyList<NodeStory> parents, Cause? own)
    {
        found.Unexplained.Add(story.Name);
        foreach (var parent in parents.Where(static parent => parent.Recheck is null && !parent.HasOpenEpisode))
            found.Ask(parent.Name, $"Nothing explains why {story.Name} is not well; {parent.Name} comes before it.");
        if (story is { IsSilent: true, Recheck: null }) found.Ask(story.Name, $"Nothing is known of {story.Name}.");
        return CauseHops.Unknown(story.Name, own is null
            ? "Nothing that comes before it was unwell at the time, and what it says itself is not in the catalogue."
            : "Another node shows the same and no edge joins the two: one of them may be the other's cause.");
    }

    private Hop Again(NodeStory story, int times) => new()
    {
        Id = $"node:{story.Name}#{times}",
        Kind = HopKind.Node,
        Name = story.Name,
        Question = NodeWords.Question(story, null),
        Answer = "As above.",
        SameAs = $"node:{story.Name}",
    };

    private static Hop ByProcess(NodeStory story) => new()
    {
        Id = $"process#{story.Name}",
        Kind = HopKind.Process,
        Question = "Why is that?",
        Answer = "The process itself was not well.",
        SameAs = "process",
    };

    private List<NodeStory> Parents(NodeStory story, params EdgeStrength[] strengths) =>
        [.. story.Node.After.Where(edge => strengths.Contains(edge.Strength)).Select(edge => scene[edge.Node]).DistinctBy(static parent => parent.Name)];

    /// <summary>
    /// Whether a parent was not well when the child fell, or is hidden (waits itself, or nothing is known of it) and something before it
    /// was not. What waits falls over anything that is not up.
    /// </summary>
    private bool IsBadFor(NodeStory parent, NodeEnd child)
    {
        var fall = child.Episode is null ? null : child.Episode.Fell ?? child.Onset;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var hidden = new Stack<NodeStory>([parent]);
        while (hidden.TryPop(out var each))
        {
            if (!seen.Add(each.Name) || found.Starved.Contains(each.Name)) continue;
            if (each.Episodes.Any(episode => Explains(episode, fall))) return true;
            if (each.IsWaiting || each.IsSilent)
                foreach (var before in Parents(each, EdgeStrength.Hard)) hidden.Push(before);
        }
        return false;
    }

    private bool Explains(Episode parent, DateTimeOffset? fall)
    {
        if (fall is not { } at) return parent.IsOpen || scene.Onset is null || parent.Until >= scene.Onset - Lag;
        return (parent.NotBefore ?? parent.From ?? at) <= at + scene.Slack && (parent.IsOpen || parent.Until >= at - Lag);
    }

    // Beside a cause of its own a node is kept down by a parent only if that is ill now, or has left its mark.
    private bool StillHolds(NodeStory parent, NodeEnd child) => parent.IsIllStill(scene.At) || parent.IsWaiting || child.HasBorrowed;

    // It is over, and was not while the child was down: it may be why the child has not come back.
    private bool FellMeanwhile(NodeStory parent, NodeEnd child) => child.Episode is { From: { } fell } down && parent.Episodes.Any(each =>
        each.Until is { } until && until >= fell && until >= scene.At - Lag && !(each.From > (down.Until ?? scene.At)));

    private bool IsNotLent(Cause own, List<NodeStory> bad) => own.Borrows.Count > 0 && bad.Count > 0
        && !bad.SelectMany(parent => scene.Above(parent.Name).Append(parent.Name))
            .SelectMany(name => scene[name].Episodes).SelectMany(static episode => episode.Signs)
            .Any(sign => sign.Signature is { } signature && own.Borrows.Contains(signature));

    /// <summary>
    /// A line that fails the same way at two nodes is one fault, and only an edge says at which. A database, a Redis and a provider are
    /// the ends of their own lines.
    /// </summary>
    private bool IsAmbiguous(NodeStory story, NodeEnd end) =>
        story.Kind is not (NodeKind.Database or NodeKind.Redis or NodeKind.Provider)
        && scene.Stories.Any(other => other.Name != story.Name && !scene.Above(other.Name).Contains(story.Name)
            && other.Episodes.Any(each => Explains(each, end.Episode?.From) && each.Signs.Any(sign => end.Shows(sign.Signature))));
}
