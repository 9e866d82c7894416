using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>What a graph of 1,000 nodes costs whose checks return at once, and how near a random graph comes to its critical path.</summary>
internal sealed class SchedulerCost(Scale scale, string built, Table table)
{
    private const string Cpu = "scheduler, 1,000 nodes, processor time";
    private const string Elapsed = "scheduler, 1,000 nodes, time";
    private const string Memory = "scheduler, 1,000 nodes, allocated";
    private const string Taken = "200 random nodes, time over the critical path";
    private const string Declared = "200 random nodes, time over the critical path as declared";

    private static readonly string[] Shapes = ["layers", "flat", "chain", "fan"];
    private static readonly ServerKind[] Kinds = [ServerKind.Gatehouse, ServerKind.GatehouseJit];

    public async Task MeasureAsync()
    {
        foreach (var measure in new[] { Cpu, Elapsed }) table.Declare(measure, "ms");
        table.Declare(Memory, "KB");
        foreach (var measure in new[] { Taken, Declared }) table.Declare(measure, "%");
        table.Goal(Taken, Kinds[0].Name, 5);
        foreach (var shape in Shapes)
            foreach (var measure in new[] { Cpu, Elapsed }) table.Goal(measure, Name(Kinds[0], shape), 5);
        for (var round = 0; round < scale.InsideRounds; round++)
            foreach (var kind in Kinds)
            {
                AddCosts(kind, await InsideProcess.RunAsync(kind, built, "scheduler", scale.GraphRuns));
                var shares = await InsideProcess.RunAsync(kind, built, "critical-path", scale.RandomGraphs);
                table.Add(Taken, kind.Name, shares["taken.max"]);
                table.Add(Declared, kind.Name, shares["declared.max"]);
            }
    }

    private static string Name(ServerKind kind, string shape) => $"{kind.Name}, {shape}";

    private void AddCosts(ServerKind kind, IReadOnlyDictionary<string, double> figures)
    {
        table.Add(Cpu, Name(kind, "first graph of the process"), figures["cold.cpu"]);
        table.Add(Elapsed, Name(kind, "first graph of the process"), figures["cold.elapsed"]);
        foreach (var shape in Shapes)
        {
            table.Add(Cpu, Name(kind, shape), figures[$"{shape}.cpu.p50"]);
            table.Add(Elapsed, Name(kind, shape), figures[$"{shape}.elapsed.p50"]);
            table.Add(Memory, Name(kind, shape), figures[$"{shape}.kilobytes"]);
        }
    }
}
