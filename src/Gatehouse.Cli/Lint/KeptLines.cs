namespace Gatehouse.Cli.Lint;

/// <summary>Which lines of a text are in another one, in the same order: Myers, "An O(ND) difference algorithm and its variations" (1986).</summary>
internal static class KeptLines
{
    private const int MostEdits = 2_000;    // beyond that the middle counts as written anew

    /// <summary>For each old line its index in the new text; -1 if it is gone.</summary>
    public static int[] Of(string[] old, string[] now)
    {
        var kept = new int[old.Length];
        Array.Fill(kept, -1);
        var (head, tail) = (0, 0);
        while (head < Math.Min(old.Length, now.Length) && old[head] == now[head]) kept[head] = head++;
        while (tail < Math.Min(old.Length, now.Length) - head && old[^(tail + 1)] == now[^(tail + 1)])
        {
            kept[old.Length - 1 - tail] = now.Length - 1 - tail;
            tail++;
        }
        Middle(old.AsSpan(head..^tail), now.AsSpan(head..^tail), kept.AsSpan(head..^tail), head);
        return kept;
    }

    private static void Middle(ReadOnlySpan<string> old, ReadOnlySpan<string> now, Span<int> kept, int head)
    {
        var most = Math.Min(old.Length + now.Length, MostEdits);
        var (reach, trace) = (new int[(2 * most) + 3], new List<int[]>());
        for (var edits = 0; edits <= most; edits++)
        {
            trace.Add((int[])reach.Clone());
            for (var k = -edits; k <= edits; k += 2)
            {
                var at = most + 1 + k;
                var x = k == -edits || (k != edits && reach[at - 1] < reach[at + 1]) ? reach[at + 1] : reach[at - 1] + 1;
                while (x < old.Length && x - k < now.Length && x - k >= 0 && old[x] == now[x - k]) x++;
                reach[at] = x;
                if (x < old.Length || x - k < now.Length) continue;
                Walk(trace, kept, (old.Length, now.Length), most, head);
                return;
            }
        }
    }

    /// <summary>Back from the end along what each number of edits could reach.</summary>
    private static void Walk(List<int[]> trace, Span<int> kept, (int X, int Y) end, int most, int head)
    {
        var (x, y) = end;
        for (var edits = trace.Count - 1; edits >= 0; edits--)
        {
            var (reach, k) = (trace[edits], x - y);
            var isDown = k == -edits || (k != edits && reach[most + k] < reach[most + 2 + k]);
            var before = isDown ? k + 1 : k - 1;
            var startX = edits is 0 ? 0 : reach[most + 1 + before];
            var startY = edits is 0 ? 0 : startX - before;
            while (x > startX && y > startY)
            {
                x--;
                y--;
                kept[x] = head + y;
            }
            (x, y) = (startX, startY);
        }
    }
}
