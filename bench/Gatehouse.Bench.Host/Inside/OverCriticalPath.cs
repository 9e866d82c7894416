using System.Diagnostics;
using Gatehouse.Readiness;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// By how many percent of its critical path a random graph of 200 nodes takes longer than that: the longest way through the graph by what each
/// check really took, from its first line to its last, or by what it was declared to take. Checks wait for 10 to 50 ms by the system's timer.
/// </summary>
internal static class OverCriticalPath
{
    private const int Nodes = 200;

    public static async Task MeasureAsync(int graphs, Figures figures)
    {
        var (taken, declared) = (new List<double>(), new List<double>());
        await GraphAsync(seed: 0);
        for (var seed = 1; seed <= graphs; seed++)
        {
            var (ofTaken, ofDeclared) = await GraphAsync(seed);
            taken.Add(ofTaken);
            declared.Add(ofDeclared);
        }
        figures.SayAll("taken", taken);
        figures.SayAll("declared", declared);
    }

    private static async Task<(double OfTaken, double OfDeclared)> GraphAsync(int seed)
    {
        var random = new Random(seed);
        var shape = GraphShape.Random(Nodes, random);
        var declared = shape.Parents.Select(_ => TimeSpan.FromMilliseconds(random.Next(10, 51))).ToArray();
        var taken = new TimeSpan[Nodes];
        await using var run = await GraphRun.PrepareAsync(graph => shape.Declare(graph, node => async (context, cancellationToken) =>
        {
            var begun = Stopwatch.GetTimestamp();
            await Task.Delay(declared[node], context.Clock, cancellationToken);
            taken[node] = Stopwatch.GetElapsedTime(begun);
            return CheckResult.Healthy;
        }));
        var startedAt = run.Start();
        await run.Graph.WhenStartedAsync().WaitAsync(TimeSpan.FromMinutes(1));
        var total = Stopwatch.GetElapsedTime(startedAt);
        return (Over(Longest(shape, taken)), Over(Longest(shape, declared)));

        double Over(TimeSpan path) => 100 * (total / path - 1);
    }

    private static TimeSpan Longest(GraphShape shape, TimeSpan[] durations)
    {
        var readyAt = new TimeSpan[durations.Length];
        for (var node = 0; node < durations.Length; node++)
            readyAt[node] = shape.Parents[node].Select(parent => readyAt[parent]).DefaultIfEmpty().Max() + durations[node];
        return readyAt.Max();
    }
}
