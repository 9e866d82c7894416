using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// From the moment at which a parent's check returns to the moment at which its child's begins: what it measures itself from inside a
/// process with nothing else in it. Beside it a chain whose nodes poll each other once a second.
/// </summary>
internal sealed class HandOver(Scale scale, string built, Table table)
{
    private const string Median = "hand-over, median";
    private const string Late = "hand-over, 99 of 100";
    private const string Polled = "polled every second";

    private static readonly (string Shape, string Name)[] Shapes =
        [("chain", "chain"), ("fan", "fan of 99 children"), ("busy", "chain, every processor busy")];

    public async Task MeasureAsync()
    {
        foreach (var measure in new[] { Median, Late }) table.Declare(measure, "ms", ("chain", Polled));
        foreach (var (_, name) in Shapes) table.Goal(Late, name, 50);
        for (var round = 0; round < scale.InsideRounds; round++)
        {
            var figures = await InsideProcess.RunAsync(ServerKind.Gatehouse, built, "hand-over", scale.Hops);
            foreach (var (shape, name) in Shapes) Add(name, figures, shape);
            Add(Polled, await InsideProcess.RunAsync(ServerKind.Gatehouse, built, "polled", scale.PolledNodes), "chain");
        }
    }

    private void Add(string name, IReadOnlyDictionary<string, double> figures, string shape)
    {
        table.Add(Median, name, figures[$"{shape}.p50"]);
        table.Add(Late, name, figures[$"{shape}.p99"]);
    }
}
