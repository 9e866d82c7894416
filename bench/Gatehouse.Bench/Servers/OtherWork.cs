using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Bench.Servers;

/// <summary>
/// How busy the machine is with what does not belong to the benchmark, from now on: a reader then knows what a range is worth. The kernel's
/// own work on the network is in it, too.
/// </summary>
internal sealed class OtherWork
{
    // USER_HZ: what /proc counts in, on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly long _other = Ticks();

    /// <summary>The share of all processors; only what has ended is taken for the benchmark's own.</summary>
    public double Share =>
        Math.Max(0, (Ticks() - _other) / TicksPerSecond / Stopwatch.GetElapsedTime(_begun).TotalSeconds / Environment.ProcessorCount);

    private static long Ticks()
    {
        // cpu  2255 34 2290 22625563 6290 127 456 0 0 0: user, nice, system, idle, iowait, irq, softirq, steal, …
        var machine = Numbers(File.ReadLines("/proc/stat").First()[3..]);
        // 4711 (gatehouse-bench) S …: after the name the 12th to 15th are user and system, of this process and of its children that have ended.
        var own = File.ReadAllText("/proc/self/stat");
        return machine[..3].Concat(machine[5..8]).Sum() - Numbers(own[(own.LastIndexOf(')') + 4)..])[10..14].Sum();
    }

    private static long[] Numbers(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(static word => long.TryParse(word, CultureInfo.InvariantCulture, out var number) ? number : 0)];
}
