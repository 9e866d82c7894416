using System.Globalization;
using System.Text;

namespace Gatehouse.Readiness;

/// <summary>
/// Writes a timeline for people, for example:
/// <code>
/// node      waited   own      ready at  checks  released by
/// database  0.000 s  0.120 s  0.120 s   1
/// schema *  0.120 s  1.004 s  1.124 s   3       database
/// critical path: database → schema (1.124 s)
/// </code>
/// </summary>
internal static class TimelineText
{
    private static readonly string[] Header = ["node", "waited", "own", "ready at", "checks", "released by"];

    public static string Write(Timeline timeline)
    {
        var critical = timeline.CriticalPath.ToHashSet(StringComparer.Ordinal);
        List<string[]> rows = [Header, .. timeline.Nodes.Select(node => Row(node, critical.Contains(node.Name)))];
        int[] widths = [.. Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (var row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        if (timeline.Total is { } total)
            text.AppendLine($"critical path: {string.Join(" → ", timeline.CriticalPath)} ({Seconds(total)})");
        foreach (var node in timeline.Nodes.Where(node => node.Stop is not null).OrderBy(node => node.Stop!.Start))
            text.AppendLine($"stopped at {Seconds(node.Stop!.Start)} in {Seconds(node.Stop.End - node.Stop.Start)}: {node.Name}{Fault(node.Stop)}");
        return text.ToString();
    }

    private static string[] Row(TimelineNode node, bool critical) =>
    [
        critical ? $"{node.Name} *" : node.Name,
        Seconds(node.Launched),
        Seconds(node.Own),
        Seconds(node.Ready),
        node.AttemptCount.ToString(CultureInfo.InvariantCulture),
        node.ReleasedBy ?? "",
    ];

    private static string Fault(TimelineStop stop) => stop.Fault is { } fault ? $" ({fault})" : "";

    private static string Seconds(TimeSpan? time) =>
        time is { } value ? value.TotalSeconds.ToString("0.000 s", CultureInfo.InvariantCulture) : "-";
}
