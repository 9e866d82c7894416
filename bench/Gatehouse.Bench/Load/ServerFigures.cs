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
        var fields = Fields(processId)!;
        return Tick * (Number(fields[11]) + Number(fields[12]));
    }

    /// <summary>That of a process and of all that it has started, the ended ones included: PostgreSQL has a process for each connection.</summary>
    public static TimeSpan CpuOfFamily(int processId)
    {
        var own = Fields(processId)!;
        var ticks = own[11..15].Sum(Number);
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out var id) && Fields(id) is { } fields
                && Number(fields[1]) == processId)
                ticks += fields[11..15].Sum(Number);
        return Tick * ticks;
    }

    /// <summary>Resident memory, from the page tables: unlike VmRSS in status it is exact.</summary>
    public static long RssBytes(int processId)
    {
        // Rss:               53180 kB
        var line = File.ReadLines($"/proc/{processId}/smaps_rollup").First(line => line.StartsWith("Rss:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    // 4711 (node) S 1 … : the name is in parentheses and may hold anything; after it the second is the parent, the twelfth to the fifteenth
    // are user and system, of itself and of its children that have ended. Null for one that has ended.
    private static string[]? Fields(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
