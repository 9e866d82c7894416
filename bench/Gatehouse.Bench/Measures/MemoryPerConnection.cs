using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>Resident memory of the server per idle connection. Buffers in the kernel are not in it.</summary>
internal sealed class MemoryPerConnection(Scale scale, string built, Table table)
{
    private static readonly ServerKind[] Kinds = [ServerKind.Gatehouse, ServerKind.GatehouseJit, ServerKind.SignalR, ServerKind.SocketIo];

    public async Task MeasureAsync()
    {
        foreach (var level in scale.IdleLevels)
            table.Declare(Measure(level), "KB", Kinds.Skip(1).Select(other => (Kinds[0].Name, other.Name)));
        for (var round = 0; round < scale.IdleRounds; round++)
            foreach (var kind in Kinds)
            {
                using var server = await ServerProcess.StartAsync(kind, built);
                var result = await LoadProcess.RunAsync(new IdleLoadPlan(kind.Wire, server.Port, server.Id, scale.IdleLevels, scale.SettleSeconds));
                foreach (var (level, bytes) in scale.IdleLevels.Zip(result.BytesPerConnection)) table.Add(Measure(level), kind.Name, bytes / 1024);
            }
    }

    private static string Measure(int level) =>
        string.Create(CultureInfo.InvariantCulture, $"memory per idle connection, {level:N0} connections");
}
