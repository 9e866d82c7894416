using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>A node as the possible end of a path: what it shows by itself, and how much that says.</summary>
internal sealed class NodeEnd
{
    private readonly Scene _scene;
    private readonly Clue _clue;

    public NodeEnd(Scene scene, NodeStory story, Episode? episode, DateTimeOffset? onset)
    {
        (_scene, Story, Episode, Onset) = (scene, story, episode, onset);
        var signs = (episode?.Signs ?? []).ToList();
        if (story.Recheck is { Outcome: RecheckOutcome.Down } recheck) signs.Add(new(recheck.At, NodeState.Failed, recheck.Reason, recheck.Signature));
        _clue = new(scene, story.Node, story.Kind, signs, story);
        Own = _clue.Match(Catalogue.Nodes);
    }

    public NodeStory Story { get; }

    public Episode? Episode { get; }

    public DateTimeOffset? Onset { get; }

    /// <summary>The cause that the node shows by itself; null if what it shows is in no row.</summary>
    public Cause? Own { get; }

    /// <summary>Whether it has also shown what a parent could have given it.</summary>
    public bool HasBorrowed => _clue.Signs.Any(sign => sign.IsBad && sign.Signature is { } signature
        && !Catalogue.Nodes.Any(row => row.IsOwn && row.Signatures.Contains(signature)));

    public bool Shows(string? signature) => signature is not null && _clue.Has(signature);

    public FoundRoot Root(Cause cause, bool isSure)
    {
        var weights = new List<Weight> { Signature(cause), Order() };
        weights.Add(Story.IsStale && Story.Recheck is null
            ? new("its last verdict is old", 0)
            : new(Story.Recheck?.Outcome == RecheckOutcome.Down ? "a second look has seen it" : "its verdict is fresh", 10));
        weights.Add(isSure ? new("every edge on the way is hard", 10) : new("an edge on the way is not hard", -30));
        return new(cause, Story.Name, Since, Episode?.Until, weights, $"cause:{cause.Code}@{Story.Name}");
    }

    public IReadOnlyList<Evidence> Evidence(Cause cause)
    {
        var telling = _clue.Signs.Where(sign => sign.Signature is { } signature && cause.Signatures.Contains(signature)).ToList();
        if (telling.Count == 0) telling = [.. _clue.Signs.Where(static sign => sign.IsBad).Take(1)];
        var evidence = telling.Take(3).Select(sign => new Evidence(
            Story.Recheck?.At == sign.At ? EvidenceSource.Recheck : EvidenceSource.History, sign.Reason ?? $"{Story.Name} is {sign.State.ToText()}")
        { About = Story.Name, At = sign.At, Signature = sign.Signature });
        var migration = cause.Code.StartsWith("schema.", StringComparison.Ordinal) && _scene.LastMigration is { } mark
            ? new Evidence(EvidenceSource.Mark, MarkWords.Of(mark)) { At = mark.At } : null;
        return migration is null ? [.. evidence] : [.. evidence, migration];
    }

    private DateTimeOffset? Since => Episode?.From;

    private Weight Signature(Cause cause)
    {
        if (cause.IsOwn) return new("its own peer says so", 60);
        if (cause.Homes.Count == 0) return new("it looks like it", 50);
        return cause.Homes.Contains(NodeKind.Other) ? new("its signature is known, its kind is not", 40) : new("its signature is known for its kind", 50);
    }

    private Weight Order()
    {
        if (Since is not { } since || (Onset ?? _scene.Onset) is not { } onset) return new("when it began is not known", -10);
        if (since <= onset + _scene.Slack) return new("it began no later than what it explains", 20);
        return Episode!.NotBefore <= onset + _scene.Slack
            ? new("it may have begun before what it explains: it was seen well before that, and ill after", 10)
            : new("it began later than what it explains, and keeps it down", 10);
    }
}
