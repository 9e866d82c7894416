using System.Diagnostics;
using Gatehouse.Readiness;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// From the moment at which the last parent's check returns to the moment at which the child's check begins, in milliseconds. Checks take
/// 2 ms by the system's timer, so that the threads sleep between them, as they do when a check waits for an answer.
/// </summary>
internal static class HandOver
{
    private const int Nodes = 101;
    private static readonly TimeSpan Takes = TimeSpan.FromMilliseconds(2);

    public static async Task MeasureAsync(int hops, Figures figures)
    {
        await HopsAsync(GraphShape.Chain(Nodes), Nodes);
        figures.SayAll("chain", await HopsAsync(GraphShape.Chain(Nodes), hops));
        figures.SayAll("fan", await HopsAsync(GraphShape.Fan(Nodes), hops));
        using var busy = new BusyProcessors();
        figures.SayAll("busy", await HopsAsync(GraphShape.Chain(Nodes), hops));
    }

    private static async Task<List<double>> HopsAsync(GraphShape shape, int hops)
    {
        var all = new List<double>();
        while (all.Count < hops)
        {
            var (begun, ended) = (new long[Nodes], new long[Nodes]);
            await using var run = await GraphRun.PrepareAsync(graph => shape.Declare(graph, node => async (context, cancellationToken) =>
            {
                begun[node] = Stopwatch.GetTimestamp();
                await Task.Delay(Takes, context.Clock, cancellationToken);
                ended[node] = Stopwatch.GetTimestamp();
                return CheckResult.Healthy;
            }));
            await run.FinishAsync();
            for (var node = 1; node < Nodes; node++)
                all.Add(Stopwatch.GetElapsedTime(shape.Parents[node].Max(parent => ended[parent]), begun[node]).TotalMilliseconds);
        }
        return all;
    }
}
