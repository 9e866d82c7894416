using System.Globalization;

namespace Gatehouse.Bench.Load;

/// <summary>What the kernel says of a server's process.</summary>
internal static class ServerFigures
{
    // USER_HZ: what /proc counts in, on every Linux that .NET runs on.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Processor time of all its threads, in user mode and in the kernel.</summary>
    public static TimeSpan Cpu(int processId)
    {
        // 4711 (node) S 1 … : the name is in parentheses and may hold anything.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return Tick * (Number(fields[11]) + Number(fields[12]));
    }

    /// <summary>Resident memory, from the page tables: unlike VmRSS in status it is exact.</summary>
    public static long RssBytes(int processId)
    {
        // Rss:               53180 kB
        var line = File.ReadLines($"/proc/{processId}/smaps_rollup").First(line => line.StartsWith("Rss:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
