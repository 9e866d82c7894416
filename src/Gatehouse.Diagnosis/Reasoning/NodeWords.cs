using System.Globalization;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>How the hops of nodes are worded.</summary>
internal static class NodeWords
{
    public static string Question(NodeStory story, Episode? episode)
    {
        if (story.IsWaiting) return $"Why does {story.Name} wait?";
        if (episode is { IsOpen: false }) return $"Why was {story.Name} not well?";
        return story.IsSilent ? $"Why is nothing known of {story.Name}?" : $"Why is {story.Name} not well?";
    }

    public static string Answer(NodeStory story, Episode? episode, IReadOnlyList<Hop> causes)
    {
        var before = causes.Where(static hop => hop.Kind == HopKind.Node).Select(static hop => hop.Name!).ToList();
        var needs = before.Count == 0 ? "" : $" It comes after {And(before)}, which {(before.Count > 1 ? "were" : "was")} not well.";
        if (story.IsWaiting) return before.Count == 0 ? $"It waits for {And([.. story.Node.WaitingOn.Order(StringComparer.Ordinal)])}." : $"It waits for {And(before)}.";
        var said = Said(episode) ?? story.Recheck?.Reason ?? story.Node.Reason;
        return said is null ? $"It says no more than {story.Node.State.ToText()}.{needs}" : $"It says: {said.TrimEnd('.')}.{needs}";
    }

    public static IReadOnlyList<Evidence> Evidence(NodeStory story, Episode? episode)
    {
        var evidence = new List<Evidence>();
        if (story.IsKnown)
            evidence.Add(new(EvidenceSource.Node, State(story)) { About = story.Name, At = story.Node.Since, Signature = story.Node.Signature });
        if (episode is { Signs: [var first, ..] } && first.Signature != story.Node.Signature && first.State != story.Node.State)
            evidence.Add(new(EvidenceSource.History, $"{story.Name} was {first.State.ToText()}{Because(first.Reason)}") { About = story.Name, At = first.At, Signature = first.Signature });
        if (episode is { Until: { } until })
            evidence.Add(new(EvidenceSource.History, $"{story.Name} is well again") { About = story.Name, At = until });
        if (story.Recheck is { } recheck) evidence.Add(Of(recheck));
        return evidence;
    }

    public static Evidence Of(Recheck recheck) => new(
        EvidenceSource.Recheck,
        recheck.Outcome switch
        {
            RecheckOutcome.Up => $"a second look finds {recheck.Node} well",
            RecheckOutcome.Down => $"a second look finds {recheck.Node} not well{Because(recheck.Reason)}",
            _ => $"a second look at {recheck.Node} was not answered",
        })
    { About = recheck.Node, At = recheck.At, Signature = recheck.Signature };

    public static string And(IReadOnlyList<string> names) => names.Count switch
    {
        0 => "nothing that is known",
        1 => names[0],
        _ => $"{string.Join(", ", names.Take(names.Count - 1))} and {names[^1]}",
    };

    public static string Because(string? reason) => reason is null ? "" : $": {reason}";

    public static string Time(TimeSpan span) => Wording.Duration(span);

    private static string? Said(Episode? episode) =>
        episode?.Signs.FirstOrDefault(static sign => sign.IsBad && sign.Reason is not null).Reason;

    private static string State(NodeStory story)
    {
        var node = story.Node;
        var failures = node.Failures > 0 ? string.Create(CultureInfo.InvariantCulture, $", {node.Failures} failures in a row") : "";
        var crashes = node.Restarts > 0 ? string.Create(CultureInfo.InvariantCulture, $", {node.Restarts} crashes") : "";
        var hung = node.Abandoned > 0 ? string.Create(CultureInfo.InvariantCulture, $", {node.Abandoned} checks hang") : "";
        return $"{node.Name} is {node.State.ToText()}{(node.IsParked ? ", parked" : "")}{failures}{crashes}{hung}{Because(node.Reason)}";
    }
}
