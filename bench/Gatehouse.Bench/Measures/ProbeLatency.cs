using System.Globalization;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// 5,000 probes a second over connections that stay open: how late they are answered, what each costs the server, and whether its memory
/// grows with their number. Beside it the health checks of ASP.NET Core itself.
/// </summary>
internal sealed class ProbeLatency(Scale scale, string built, Table table)
{
    private const int PerSecond = 5000;
    private const int Connections = 16;

    private const string P50 = "probe, median";
    private const string P99 = "probe, 99 of 100";
    private const string P999 = "probe, 999 of 1,000";
    private const string Late = "the load itself, 99 of 100";
    private const string Cpu = "server CPU per probe";
    private const string Allocated = "allocated per probe";

    private static readonly string[] Paths = ["/startup", "/ready", "/health"];
    private static readonly ServerKind[] Kinds = [ServerKind.Shipped, ServerKind.Stock, ServerKind.StockJit];

    private readonly HttpClient _http = new();

    private string Growth =>
        string.Create(CultureInfo.InvariantCulture, $"memory after {scale.AllProbes:N0} probes less that after {scale.FirstProbes:N0}");

    public async Task MeasureAsync()
    {
        var ratios = Kinds.Skip(1).Select(other => (Kinds[0].Name, other.Name)).ToArray();
        foreach (var measure in new[] { P50, P99, P999 }) table.Declare(measure, "ms", ratios);
        table.Declare(Late, "ms");
        table.Declare(Cpu, "µs", ratios);
        table.Declare(Allocated, "bytes", ratios);
        table.Declare(Growth, "KB");
        table.Goal(P99, Kinds[0].Name, 1);
        for (var round = 0; round < scale.ProbeRounds; round++)
            foreach (var kind in Kinds)
                await MeasureAsync(kind);
    }

    private async Task MeasureAsync(ServerKind kind)
    {
        using var server = await ServerProcess.StartAsync(kind, built);
        await LoadAsync(server, scale.FirstProbes);
        var (rss, cpu) = (ServerFigures.RssBytes(server.Id), ServerFigures.Cpu(server.Id));
        var result = await LoadAsync(server, scale.AllProbes - scale.FirstProbes);
        table.Add(P50, kind.Name, result.P50);
        table.Add(P99, kind.Name, result.P99);
        table.Add(P999, kind.Name, result.P999);
        table.Add(Late, kind.Name, result.Late);
        table.Add(Cpu, kind.Name, (ServerFigures.Cpu(server.Id) - cpu).TotalMicroseconds / result.Sent);
        table.Add(Growth, kind.Name, (ServerFigures.RssBytes(server.Id) - rss) / 1024.0);
        table.Add(Allocated, kind.Name, await AllocatedPerProbeAsync(server));
    }

    private static Task<ProbeLoadResult> LoadAsync(ServerProcess server, int requests) =>
        LoadProcess.RunAsync(new ProbeLoadPlan(server.Port, Paths, PerSecond, Connections, requests));

    /// <summary>
    /// The middle of three: the runtime's count falls when the collector gives up one of its heaps. What a look at it allocates is known from
    /// two looks in a row.
    /// </summary>
    private async Task<double> AllocatedPerProbeAsync(ServerProcess server)
    {
        var each = new double[3];
        for (var time = 0; time < each.Length; time++)
        {
            var idle = await AllocatedAsync(server);
            var before = await AllocatedAsync(server);
            var sent = (await LoadAsync(server, PerSecond)).Sent;
            each[time] = (double)(await AllocatedAsync(server) - before - (before - idle)) / sent;
        }
        return each.Order().ElementAt(1);
    }

    /// <summary>All bytes that the server has ever allocated: .NET's own count, by way of the metrics, or as the other server tells it.</summary>
    private async Task<long> AllocatedAsync(ServerProcess server)
    {
        if (await Probe.AskAsync(server.Port, "/metrics") != 200) return Number(await GetAsync(server, "/allocated"));
        // dotnet_gc_heap_total_allocated_bytes_total{otel_scope_name="System.Runtime"} 20458416
        var line = (await GetAsync(server, "/metrics")).Split('\n')
            .First(static line => line.StartsWith("dotnet_gc_heap_total_allocated_bytes_total", StringComparison.Ordinal));
        return Number(line[(line.LastIndexOf(' ') + 1)..]);
    }

    private Task<string> GetAsync(ServerProcess server, string path) => _http.GetStringAsync($"http://127.0.0.1:{server.Port}{path}");

    private static long Number(string text) => (long)double.Parse(text, CultureInfo.InvariantCulture);
}
