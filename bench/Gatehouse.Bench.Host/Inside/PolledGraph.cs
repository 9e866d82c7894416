using System.Diagnostics;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// The same hand-over as it is usually written, for comparison: every node asks once a second whether the one before it is up.
/// </summary>
internal static class PolledGraph
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(2);

    public static async Task MeasureAsync(int nodes, Figures figures)
    {
        var (begun, ended) = (new long[nodes], new long[nodes]);
        await Task.WhenAll(Enumerable.Range(0, nodes).Select(NodeAsync));
        figures.SayAll("chain", Enumerable.Range(1, nodes - 1)
            .Select(node => Stopwatch.GetElapsedTime(ended[node - 1], begun[node]).TotalMilliseconds));

        async Task NodeAsync(int node)
        {
            using var timer = new PeriodicTimer(Interval, TimeProvider.System);
            while (node > 0 && Volatile.Read(ref ended[node - 1]) == 0) await timer.WaitForNextTickAsync();
            begun[node] = Stopwatch.GetTimestamp();
            await Task.Delay(Takes, TimeProvider.System);
            Volatile.Write(ref ended[node], Stopwatch.GetTimestamp());
        }
    }
}
