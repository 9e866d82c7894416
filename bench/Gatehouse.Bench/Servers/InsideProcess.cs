using System.Diagnostics;
using System.Globalization;

namespace Gatehouse.Bench.Servers;

/// <summary>Runs what can only be measured from inside, in a process of its own, which says a figure a line.</summary>
internal static class InsideProcess
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <param name="kind">The program, AOT or JIT.</param>
    /// <param name="measure">What; the program knows its measures.</param>
    /// <param name="size">How much of it.</param>
    public static async Task<IReadOnlyDictionary<string, double>> RunAsync(ServerKind kind, string built, string measure, int size)
    {
        var command = new ProcessStartInfo(Path.Combine(built, kind.Command), ["inside", measure, size.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(command)!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
            var figures = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => line.Split(' '))
                .ToDictionary(static line => line[0], static line => double.Parse(line[1], CultureInfo.InvariantCulture));
            return figures.Count > 0 ? figures : throw new InvalidOperationException($"The measure {measure} failed; it says why above.");
        }
        finally
        {
            process.Kill();
        }
    }
}
