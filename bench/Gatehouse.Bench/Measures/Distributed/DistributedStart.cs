using System.Diagnostics;
using System.Text.Json;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures.Distributed;

/// <summary>
/// From exec to ready of the shipped server with a PostgreSQL and a Redis that it verifies, beside the embedded one; where the time went,
/// as the server itself tells. Redis has been up long enough to be trusted with the short window.
/// </summary>
internal sealed class DistributedStart(Scale scale, string built, Table table)
{
    private const string Ready = "exec to ready";
    private const string Own = "exec to ready, less the window in which Redis must be stable";
    private const string Begins = "start-up: exec to the node's first check";
    private const string Checks = "start-up: its checks";
    private const string Stabilises = "start-up: its stability";
    private const string Opens = "end of the migration job to ready, server waiting";
    private const string Distributed = "Gatehouse AOT, PostgreSQL and Redis";
    private const string Embedded = "Gatehouse AOT, embedded";

    // Younger than 10 s a Redis is watched for a long window.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Waiting = TimeSpan.FromSeconds(3);
    private static readonly HttpClient Http = new();

    public async Task MeasureAsync()
    {
        table.Declare(Ready, "ms", (Distributed, Embedded));
        table.Goal(Ready, Distributed, 400);
        table.Declare(Own, "ms");
        table.Goal(Own, Distributed, 150);
        foreach (var measure in new[] { Begins, Checks, Stabilises }) table.Declare(measure, "ms");
        table.Declare(Opens, "ms");
        table.Goal(Opens, Distributed, 1000);
        await using var shared = await SharedState.StartAsync(ServerKind.Shipped, built);
        await Task.Delay(Settled);
        await StartAsync(Embedded, null, count: false);         // reads the files once
        await StartAsync(Distributed, shared, count: false);
        for (var round = 0; round < scale.Starts; round++)
        {
            await StartAsync(Embedded, null, count: true);
            await StartAsync(Distributed, shared, count: true);
            await OpenAsync(shared);
        }
    }

    // The server is there first, as in the incident, and has looked in vain for a while.
    private async Task OpenAsync(SharedState shared)
    {
        var environment = await shared.UnmigratedAsync();
        using var server = ServerProcess.Launch(ServerKind.Shipped, built, environment);
        while (await Probe.AskAsync(server.Port, "/startup") is null)
        {
            server.ThrowIfLate();
            await Task.Delay(1);
        }
        await Task.Delay(Waiting);
        if (await Probe.AskAsync(server.Port, "/startup") == 200) throw new InvalidOperationException("The server is ready without its tables.");
        await SharedState.MigrateAsync(Path.Combine(built, ServerKind.Shipped.Command), environment);
        var landed = Stopwatch.GetTimestamp();
        await server.ReadyAsync();
        table.Add(Opens, Distributed, Stopwatch.GetElapsedTime(landed).TotalMilliseconds);
    }

    private async Task StartAsync(string name, SharedState? shared, bool count)
    {
        using var server = await ServerProcess.StartAsync(ServerKind.Shipped, built, shared?.Environment);
        var ready = Stopwatch.GetElapsedTime(server.StartedAt).TotalMilliseconds;
        if (!count) return;
        table.Add(Ready, name, ready);
        if (shared is null) return;
        using var timeline = JsonDocument.Parse(await Http.GetStringAsync($"http://127.0.0.1:{server.Port}/api/startup"));
        // The timeline begins with the graph; it ends, but for the next question, when the server is ready.
        var graph = ready - timeline.RootElement.GetProperty("totalMs").GetDouble();
        table.Add(Begins, "configuration, and so the graph", graph);
        foreach (var node in timeline.RootElement.GetProperty("nodes").EnumerateArray()) AddNode(node, graph, ready);
    }

    private void AddNode(JsonElement node, double graph, double ready)
    {
        var name = node.GetProperty("name").GetString()!;
        var (launched, end) = (node.GetProperty("launchedMs").GetDouble(), node.GetProperty("readyMs").GetDouble());
        var stabilising = node.TryGetProperty("stabilisingMs", out var since) ? since.GetDouble() : end;
        table.Add(Checks, name, stabilising - launched);
        if (name == "configuration") return;
        table.Add(Begins, name, graph + launched);
        if (name != "redis") return;
        table.Add(Stabilises, name, end - stabilising);
        table.Add(Own, Distributed, ready - (end - stabilising));
    }
}
