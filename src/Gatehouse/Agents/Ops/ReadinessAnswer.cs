using System.Text;
using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>Why the server is or is not ready: the causes at the bottom of the graph first, then whom they hold up.</summary>
internal static class ReadinessAnswer
{
    public static string Write(NodeFacts states)
    {
        var text = new StringBuilder();
        var troubled = states.Nodes.Where(node => node.State is not "ready").ToList();
        var causes = troubled.Where(node => !IsHeldUp(node, troubled)).ToList();
        text.Append(Verdict(states, troubled, causes));

        foreach (var node in causes)
            text.Append("\n- ").Append(Cause(node));
        foreach (var node in troubled.Except(causes))
            text.Append("\n- ").Append(Chain(node, troubled));

        var ready = states.Nodes.Except(troubled).ToList();
        if (ready.Count > 0 && troubled.Count > 0)
            text.Append("\n\nReady: ").Append(Wording.Names(ready.Select(node => node.Name))).Append('.');
        else
            foreach (var node in ready)
                text.Append("\n- ").Append(ReadyFor(node));
        return text.ToString();
    }

    private static string Verdict(NodeFacts states, List<NodeFact> troubled, List<NodeFact> causes)
    {
        var count = Wording.Count(states.Nodes.Count, "node");
        return (states.Ready, troubled.Count) switch
        {
            (_, _) when states.Nodes.Count == 0 => states.Ready ? "**The server is ready.**" : "**The server is not ready**, and no node has reported yet.",
            (true, 0) => $"**The server is ready.** All {count} are:\n",
            (true, _) => $"**The server is ready**, but {troubled.Count} of {count} are not as they should be:\n",
            (false, 0) => $"**The server is not ready yet**, although all {count} are; the verdict follows with the next checks:\n",
            _ when causes.Count == 0 => $"**The server is not ready.** {troubled.Count} of {count} wait for each other:\n",
            _ => $"**The server is not ready because of {Wording.Names(causes.Select(node => node.Name))}.**\n",
        };
    }

    private static bool IsHeldUp(NodeFact node, List<NodeFact> troubled) =>
        node.WaitingOn.Any(name => name != node.Name && troubled.Any(other => other.Name == name));

    // `database` has been failed for 12.3 s, after 4 failed attempts: connection refused
    private static string Cause(NodeFact node)
    {
        var line = $"`{node.Name}` has been {node.State} for {Wording.Seconds(node.SinceSeconds)}";
        if (node.Failures > 0)
            line += $", after {Wording.Count(node.Failures, "failed attempt")}";
        return node.Reason is { Length: > 0 } reason ? $"{line}: {Wording.Line(reason)}" : line + ".";
    }

    // `chat` waits for `schema`, which waits for `database`
    private static string Chain(NodeFact node, List<NodeFact> troubled)
    {
        var line = new StringBuilder($"`{node.Name}`");
        var seen = new HashSet<string> { node.Name };
        for (var next = node; next is not null;)
        {
            var on = next.WaitingOn.Where(name => troubled.Any(other => other.Name == name)).ToList();
            if (on.Count == 0)
                break;
            line.Append(seen.Count > 1 ? ", which waits for " : " waits for ").Append(Wording.Names(on));
            next = on.Count == 1 && seen.Add(on[0]) ? troubled.Find(other => other.Name == on[0]) : null;
        }
        return line.Append(FormattableString.Invariant($"; {node.State} for {Wording.Seconds(node.SinceSeconds)}.")).ToString();
    }

    private static string ReadyFor(NodeFact node) => $"`{node.Name}` for {Wording.Seconds(node.SinceSeconds)}";
}
