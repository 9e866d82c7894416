using Gatehouse.Bench.Load;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// What the gate adds to an upgrade while the door is open: from inside, nanoseconds and bytes of one decision; over real sockets, an upgrade
/// with all limits on, with none, and on ASP.NET Core alone.
/// </summary>
internal sealed class GateCost(Scale scale, string built, Table table)
{
    private const string Time = "gate, one thread";
    private const string Memory = "gate, allocated";
    private const string Cpu = "server CPU per upgrade";
    private const string Elapsed = "time per upgrade, 8 at once";

    private static readonly (string Figure, string Name)[] Acts =
    [
        ("decide.nobody", "decision, limits of the instance"),
        ("decide.user", "decision, limits of 10,000 users too"),
        ("decide.returning", "decision, one who returns"),
        ("recognise.newcomer", "whose it is, by the proxy's header"),
        ("recognise.returning", "whose it is, and a resume token"),
    ];

    // As a host behind one proxy has it, with rates that are counted but never reached.
    private static readonly ServerKind Limited = ServerKind.Gatehouse.With("Gatehouse, limits on",
        "--Admission:TrustedHops=1", "--Admission:HandshakesPerSecond=100000", "--Admission:HandshakesPerSecondTotal=1000000");

    private static readonly ServerKind Unlimited = ServerKind.Gatehouse.With("Gatehouse, limits off",
        "--Admission:HandshakesPerSecond=0", "--Admission:ConnectionsPerUser=0", "--Admission:HandshakesPerSecondTotal=0");

    private static readonly ServerKind[] Kinds = [Limited, Unlimited, ServerKind.Stock, ServerKind.StockJit];

    public async Task MeasureAsync()
    {
        table.Declare(Time, "ns");
        table.Declare(Memory, "bytes");
        foreach (var measure in new[] { Cpu, Elapsed })
            table.Declare(measure, "µs", Kinds.Skip(1).Select(static other => (Limited.Name, other.Name)));
        for (var round = 0; round < scale.UpgradeRounds; round++)
        {
            var figures = await InsideProcess.RunAsync(ServerKind.Gatehouse, built, "gate", scale.GateBatches);
            foreach (var (figure, name) in Acts)
            {
                table.Add(Time, name, figures[$"{figure}.ns"]);
                table.Add(Memory, name, figures[$"{figure}.bytes"]);
            }
            foreach (var kind in Kinds) await UpgradeAsync(kind);
        }
    }

    private async Task UpgradeAsync(ServerKind kind)
    {
        using var server = await ServerProcess.StartAsync(kind, built);
        var result = await LoadProcess.RunAsync(new UpgradeLoadPlan(server.Port, server.Id, scale.Upgrades, Clients: kind == Limited));
        table.Add(Cpu, kind.Name, result.Cpu);
        table.Add(Elapsed, kind.Name, result.Elapsed);
    }
}
