using System.Globalization;
using System.Text;
using Gatehouse.Diagnosis.Tests.World;

namespace Gatehouse.Diagnosis.Tests.Matrix;

/// <summary>The matrix as docs/diagnosis-matrix.md has it.</summary>
public static class Table
{
    private const string Head = """
        # The fault matrix

        Written by the tests from a simulated world (`tests/Gatehouse.Diagnosis.Tests/World`), and held against it by them: do not edit.
        To write it anew: `GATEHOUSE_WRITE_MATRIX=1 tests/Gatehouse.Diagnosis.Tests/bin/Debug/net10.0/Gatehouse.Diagnosis.Tests --filter-method "*The_committed_table*"`.

        In each case one fault strikes, or two do, before the start, during it, or later; nodes wait, are checked at their pace, and fail over what
        is truly broken. *Exact* is the whole set of roots by cause and node, and every edge of the ways to them. *Other path* has the right
        roots. *Insufficient* says that it does not know. *Wrong* is sure and is not right. The engine may ask for one second look; one in ten of those
        is not answered. *Baseline* is a plain walk to the deepest red node now, which has to name the right nodes only, and no cause; it has no
        word for what is wrong outside the graph (–).

        The world is synthetic: the figures compare engines on the same cases, and promise nothing about a real outage.


        """;

    public static string Write(IReadOnlyList<Cell> cells)
    {
        var text = new StringBuilder(Head);
        text.Append("## By evidence\n\n| evidence | faults | cases | exact | other path | insufficient | wrong | baseline |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var quality in Enum.GetValues<Quality>())
            foreach (var count in new[] { 1, 2 })
                Row(text, $"{Words(quality)} | {count}", [.. cells.Where(cell => cell.Quality == quality && cell.Count == count)]);
        Row(text, "degraded, all | 1, 2", [.. cells.Where(static cell => !cell.IsFull)]);
        Row(text, "**all** | 1, 2", [.. cells]);
        text.Append("\n## By moment\n\n| moment | evidence | cases | exact | other path | insufficient | wrong | baseline |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var moment in Enum.GetValues<Moment>())
            foreach (var isFull in new[] { true, false })
                Row(text, $"{Words(moment)} | {(isFull ? "full" : "degraded")}", [.. cells.Where(cell => cell.Moment == moment && cell.IsFull == isFull)]);
        text.Append("\n## By fault\n\nAlone and as the first of two.\n\n| fault | evidence | cases | exact | other path | insufficient | wrong | baseline |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var fault in cells.GroupBy(static cell => cell.Fault.Title).OrderBy(static group => group.Key, StringComparer.Ordinal))
            foreach (var isFull in new[] { true, false })
                Row(text, $"{(isFull ? fault.Key : "")} | {(isFull ? "full" : "degraded")}", [.. fault.Where(cell => cell.IsFull == isFull)]);
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, IReadOnlyList<Cell> cells)
    {
        if (cells.Count == 0) return;
        var inGraph = cells.Where(static cell => cell.Judged.Scenario.Faults.All(static struck => struck.Node is not null)).ToList();
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {cells.Count} | {Of(Outcome.Exact)} | {Of(Outcome.OtherPath)} | {Of(Outcome.Insufficient)} | {Of(Outcome.Wrong)} | {(inGraph.Count == 0 ? "–" : Percent(inGraph.Count(static cell => cell.Judged.BaselineIsRight), inGraph.Count))} |\n");

        string Of(Outcome outcome) => Percent(cells.Count(cell => cell.Outcome == outcome), cells.Count);
    }

    private static string Percent(int part, int all) => part == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / all:0.0} %");

    private static string Words(Enum value) => string.Concat(value.ToString().Select(static (letter, at) => char.IsUpper(letter) ? $"{(at == 0 ? "" : " ")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
