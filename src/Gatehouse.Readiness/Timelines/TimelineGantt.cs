using System.Globalization;
using System.Text;

namespace Gatehouse.Readiness;

/// <summary>
/// Writes a timeline as a Mermaid Gantt chart, one section a node with its waiting, checking and stabilising, in
/// milliseconds since the start of the graph.
/// </summary>
internal static class TimelineGantt
{
    public static string Write(Timeline timeline)
    {
        var critical = timeline.CriticalPath.ToHashSet(StringComparer.Ordinal);
        var chart = new StringBuilder();
        chart.Append("gantt\n  title start-up\n  dateFormat x\n  axisFormat %S.%L\n");
        foreach (var node in timeline.Nodes)
        {
            chart.Append("  section ").Append(Plain(node.Name)).Append('\n');
            var launched = node.Launched ?? timeline.Elapsed;
            var stabilising = node.Stabilising ?? timeline.Elapsed;
            var ready = node.Ready ?? timeline.Elapsed;
            if (launched > TimeSpan.Zero) Bar(chart, "waiting", "done, ", TimeSpan.Zero, launched);
            var mark = critical.Contains(node.Name) ? "crit, " : node.Ready is null ? "active, " : "";
            if (node.Launched is not null) Bar(chart, "checking", mark, launched, stabilising);
            if (node.Stabilising is not null && ready > stabilising) Bar(chart, "stabilising", mark, stabilising, ready);
        }
        return chart.ToString();
    }

    private static void Bar(StringBuilder chart, string what, string mark, TimeSpan from, TimeSpan to) =>
        chart.Append(CultureInfo.InvariantCulture, $"  {what} :{mark}{(long)from.TotalMilliseconds}, {(long)to.TotalMilliseconds}\n");

    /// <summary>Mermaid ends a section's name at these, or takes what follows for a comment.</summary>
    private static string Plain(string name) => name.Replace(':', ' ').Replace(';', ' ').Replace('#', ' ').Replace('%', ' ').ReplaceLineEndings(" ");
}
