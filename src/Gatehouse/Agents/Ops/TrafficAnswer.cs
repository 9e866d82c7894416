using System.Text;
using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>Who is connected, and what is executing.</summary>
internal static class TrafficAnswer
{
    private const int RunsShown = 20;

    public static string Connections(ConnectionsAndRuns now)
    {
        var text = new StringBuilder($"**{Wording.Count(now.Open, "connection")} {Is(now.Open)} open.**");
        if (now.Held > 0)
            text.Append($" {Wording.Count(now.Held, "upgrade")} {Is(now.Held)} held until the server is ready.");
        if (now.Draining > 0)
            text.Append($" {Wording.Count(now.Draining, "connection")} {Is(now.Draining)} draining.");
        text.Append($" Since the start {Wording.Count(now.Accepted, "handshake was", "handshakes were")} accepted and ");
        text.Append(now.Refused == 0 ? "none refused." : $"{Wording.Count(now.Refused, "was", "were")} refused.");
        return text.ToString();
    }

    public static string Runs(ConnectionsAndRuns now)
    {
        var waiting = now.QueuedRuns == 0 ? "none waits" : $"{Wording.Count(now.QueuedRuns, "more waits", "more wait")}";
        var text = new StringBuilder(now.ActiveRuns == 0
            ? $"**No run is active**, and {waiting}."
            : $"**{Wording.Count(now.ActiveRuns, "run")} {Is(now.ActiveRuns)} active**, and {waiting}; the answer that you are reading is one.");
        foreach (var run in now.Runs.Take(RunsShown))
            text.Append($"\n- `{run.Run}…` by agent `{run.Agent}`: step {run.Step}, {Wording.Seconds(run.Seconds)} old");
        if (now.Runs.Count > RunsShown)
            text.Append($"\n- and {now.Runs.Count - RunsShown} more");
        return text.ToString();
    }

    private static string Is(long count) => count == 1 ? "is" : "are";
}
