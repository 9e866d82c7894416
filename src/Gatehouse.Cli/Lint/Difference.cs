using System.Globalization;
using System.Text;

namespace Gatehouse.Cli.Lint;

/// <summary>The difference of two texts in the unified form, three lines around each change.</summary>
internal static class Difference
{
    private const int Around = 3;
    private const string NoBreak = "\\ No newline at end of file\n";

    public static string Write(string file, string before, string after)
    {
        if (before == after) return "";
        var (old, now) = (Split(before), Split(after));
        var kept = KeptLines.Of(old, now);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"--- {file}\n+++ {file}\n");
        foreach (var hunk in Hunks(kept, old.Length, now.Length)) Write(text, hunk, kept, old, now);
        return text.ToString();
    }

    private static string[] Split(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length - 1; i++) lines[i] += '\n';
        return lines[^1].Length is 0 ? lines[..^1] : lines;
    }

    /// <summary>Ranges of the old lines, each with what surrounds it; those that touch are one.</summary>
    private static List<(int Start, int End)> Hunks(int[] kept, int olds, int news)
    {
        var hunks = new List<(int Start, int End)>();
        for (var i = 0; i <= olds; i++)
        {
            var expected = i is 0 ? 0 : kept[i - 1] < 0 ? -1 : kept[i - 1] + 1;
            var isChange = i < olds ? kept[i] < 0 || (expected >= 0 && kept[i] != expected) : expected >= 0 && expected != news;
            if (!isChange) continue;
            var (start, end) = (Math.Max(0, i - Around), Math.Min(olds, i + Around + (i < olds && kept[i] < 0 ? 1 : 0)));
            if (hunks is [.., var last] && start <= last.End) hunks[^1] = (last.Start, Math.Max(last.End, end));
            else hunks.Add((start, end));
        }
        return hunks;
    }

    private static void Write(StringBuilder text, (int Start, int End) hunk, int[] kept, string[] old, string[] now)
    {
        var from = hunk.Start is 0 ? 0 : kept[hunk.Start - 1] + 1;
        var (body, next) = (new StringBuilder(), from);
        for (var i = hunk.Start; i < hunk.End; i++)
        {
            if (kept[i] >= 0) while (next < kept[i]) Line(body, '+', now[next++]);
            Line(body, kept[i] < 0 ? '-' : ' ', old[i]);
            if (kept[i] >= 0) next = kept[i] + 1;
        }
        var until = hunk.End < old.Length ? kept[hunk.End] : now.Length;
        while (next < until) Line(body, '+', now[next++]);
        text.Append(CultureInfo.InvariantCulture, $"@@ -{Range(hunk.Start, hunk.End - hunk.Start)} +{Range(from, next - from)} @@\n").Append(body);
    }

    private static string Range(int start, int count) => string.Create(CultureInfo.InvariantCulture, $"{(count is 0 ? start : start + 1)},{count}");

    private static void Line(StringBuilder body, char sign, string line)
    {
        body.Append(sign).Append(line);
        if (!line.EndsWith('\n')) body.Append('\n').Append(NoBreak);
    }
}
