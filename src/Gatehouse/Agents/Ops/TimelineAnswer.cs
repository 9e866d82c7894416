using System.Text;
using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>The start as a sentence, a bar chart and the critical path.</summary>
internal static class TimelineAnswer
{
    private const int BarCells = 32;

    public static string Write(StartupTimeline startup)
    {
        var text = new StringBuilder();
        text.Append(startup.Finished
            ? $"**The start took {Wording.Ms(startup.TotalMs)}**"
            : $"**The start has been going on for {Wording.Ms(startup.TotalMs)}**");
        text.Append($" over {Wording.Count(startup.Nodes.Count, "node")}.");
        if (startup.CriticalPath.Count > 0)
            text.Append(" The critical path is ").AppendJoin(" → ", startup.CriticalPath.Select(name => $"`{name}`")).Append('.');
        if (startup.Nodes.MaxBy(Duration) is { } longest && Duration(longest) > 0)
            text.Append(Longest(longest, startup.TotalMs));
        if (startup.Nodes.Count > 0)
            text.Append("\n\n```text\n").Append(Chart(startup)).Append("```\n\n`·` waiting, `█` checking, `▒` proving that it is stable.");

        var first = true;
        foreach (var node in startup.Nodes.Where(node => node.State != "ready" || node.Attempts > 1))
        {
            text.Append(first ? "\n\n- " : "\n- ").Append(Note(node));
            first = false;
        }
        return text.ToString();
    }

    private static double Duration(NodeTiming node) => node.CheckingMs + node.StabilisingMs;

    private static string Longest(NodeTiming node, double totalMs)
    {
        var share = totalMs > 0 ? Math.Min(100, 100 * Duration(node) / totalMs) : 0;
        return FormattableString.Invariant($" Most of its own time took `{node.Name}`: {Wording.Ms(Duration(node))}, {share:0} % of the whole.");
    }

    // database  ····████▒▒▒▒▒▒▒▒  112 ms, waited for configuration
    private static string Chart(StartupTimeline startup)
    {
        var chart = new StringBuilder();
        var scale = BarCells / Math.Max(1, startup.TotalMs);
        var width = startup.Nodes.Max(node => node.Name.Length);
        foreach (var node in startup.Nodes)
        {
            var start = Cells(node.StartMs * scale);
            var check = Math.Max(node.Attempts == 0 ? 0 : 1, Cells((node.StartMs + node.CheckingMs) * scale) - start);
            var stable = Math.Max(0, Cells((node.StartMs + Duration(node)) * scale) - start - check);
            var bar = new string('·', start) + new string('█', check) + new string('▒', stable);
            chart.Append(node.Name.PadRight(width)).Append("  ").Append(bar.PadRight(BarCells)).Append("  ").Append(Wording.Ms(Duration(node)));
            if (node.WaitedFor.Count > 0)
                chart.Append(", waited for ").AppendJoin(", ", node.WaitedFor);
            chart.Append('\n');
        }
        return chart.ToString();
    }

    private static int Cells(double cells) => (int)Math.Clamp(Math.Round(cells), 0, BarCells - 1);

    private static string Note(NodeTiming node) => node switch
    {
        { State: "ready" } => $"`{node.Name}` needed {Wording.Count(node.Attempts, "attempt")}.",
        { Attempts: 0 } => $"`{node.Name}` is {node.State}.",
        _ => $"`{node.Name}` is {node.State} after {Wording.Count(node.Attempts, "attempt")}.",
    };
}
