using System.Diagnostics;
using Gatehouse.Readiness;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// What a graph of 1,000 nodes costs whose checks return at once, in milliseconds: the processor time of the whole process from just
/// before the graph starts until it has come to rest, and the time until it has finished. What a thousand calls of the check alone cost is
/// taken off; all the rest (scopes, timeouts, steps under the gate, snapshots, the first rest of each monitor) is the scheduler's.
/// </summary>
internal static class SchedulerCost
{
    private const int Nodes = 1000;
    private const int WarmUps = 20;

    // The monitors' first rest is armed after the graph has finished; nothing else happens until they check again after 10 s.
    private static readonly TimeSpan ToRest = TimeSpan.FromMilliseconds(20);
    private static readonly GraphShape[] Shapes = [GraphShape.Layers(Nodes), GraphShape.Flat(Nodes), GraphShape.Chain(Nodes), GraphShape.Fan(Nodes)];

    private readonly record struct Cost(double Cpu, double Elapsed, double Kilobytes);

    public static async Task MeasureAsync(int runs, Figures figures)
    {
        var cold = await RunAsync(Shapes[0]);
        figures.Say("cold.cpu", cold.Cpu);
        figures.Say("cold.elapsed", cold.Elapsed);
        var costs = Shapes.Select(static _ => new List<Cost>()).ToArray();
        for (var run = 0; run < WarmUps + runs; run++)
            for (var shape = 0; shape < Shapes.Length; shape++)
            {
                var cost = await RunAsync(Shapes[shape]);
                if (run >= WarmUps) costs[shape].Add(cost);
            }
        for (var shape = 0; shape < Shapes.Length; shape++)
        {
            figures.SayAll($"{Shapes[shape].Name}.cpu", costs[shape].Select(static cost => cost.Cpu));
            figures.SayAll($"{Shapes[shape].Name}.elapsed", costs[shape].Select(static cost => cost.Elapsed));
            figures.Say($"{Shapes[shape].Name}.kilobytes", Figures.Median(costs[shape].Select(static cost => cost.Kilobytes)));
        }
    }

    private static async Task<Cost> RunAsync(GraphShape shape)
    {
        await using var run = await GraphRun.PrepareAsync(graph => shape.Declare(graph, static _ => AtOnceAsync));
        var checks = ChecksAlone();
        GC.Collect();       // what earlier graphs have left is not this one's
        var (before, bytes) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
        var startedAt = run.Start();
        await run.Graph.WhenStartedAsync().WaitAsync(TimeSpan.FromMinutes(1));
        var elapsed = Stopwatch.GetElapsedTime(startedAt);
        await Task.Delay(ToRest, TimeProvider.System);
        var cpu = Environment.CpuUsage.TotalTime - before;
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - bytes;
        return new((cpu - checks).TotalMilliseconds, (elapsed - checks).TotalMilliseconds, allocated / 1024.0);
    }

    private static TimeSpan ChecksAlone()
    {
        NodeCheck check = AtOnceAsync;
        var at = Stopwatch.GetTimestamp();
        for (var node = 0; node < Nodes; node++) _ = check(null!, CancellationToken.None);
        return Stopwatch.GetElapsedTime(at);
    }

    private static Task<CheckResult> AtOnceAsync(NodeContext node, CancellationToken cancellationToken) => Task.FromResult(CheckResult.Healthy);
}
