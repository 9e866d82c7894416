using Gatehouse.Bench.Load;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// 500 upgrades are held while one node is not up. From the moment at which its check says that it is, to the first and to the last 101,
/// as the clients get them.
/// </summary>
internal sealed class Opening(Scale scale, string built, Table table)
{
    private const int Upgrades = 500;
    private const string First = "graph ready to the first 101 of 500 held";
    private const string Last = "graph ready to the last 101 of 500 held";

    public async Task MeasureAsync()
    {
        foreach (var measure in new[] { First, Last }) table.Declare(measure, "ms");
        table.Goal(First, ServerKind.Gatehouse.Name, 50);
        for (var round = 0; round < scale.OpeningRounds; round++)
        {
            using var server = ServerProcess.Launch(ServerKind.Ailing("held"), built);
            // Not ready, but the probes answer, and so the upgrades are held.
            while (await Probe.AskAsync(server.Port, "/health") != 200)
            {
                server.ThrowIfLate();
                await Task.Delay(5);
            }
            var result = await LoadProcess.RunAsync(new HeldLoadPlan(server.Port, Upgrades));
            table.Add(First, ServerKind.Gatehouse.Name, result.First);
            table.Add(Last, ServerKind.Gatehouse.Name, result.Last);
        }
    }
}
