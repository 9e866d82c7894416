using System.Text.Json.Nodes;

namespace Gatehouse.Monitoring.Tests.Exported;

/// <summary>A server that has done all there is to measure: held an upgrade, had a turn, been asked for nonsense.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    /// <summary>What a client sends, and what no label may have.</summary>
    public const string Marker = "clients-own-words";

    private ServerProcess? _server;

    internal Scrape Scrape { get; private set; } = new("");

    internal IReadOnlyList<string> Nodes { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        var server = _server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Ops:TokensPerSecond=0"));
        server.SetWorld("down");
        await server.ListeningAsync();
        var early = WireClient.ConnectAsync(server.Port);
        while (await server.MetricAsync("gatehouse_connections{state=\"held\"}") != 1) await Task.Delay(20);
        server.SetWorld("up");
        await using (var client = await early)
        {
            await server.ReadyAsync();
            await TurnAsync(client, "how many connections?", null);
            await TurnAsync(client, $"do not {Marker}", "obedient");
            await client.AskAsync("run", ("threadId", $"{Marker}.2"), ("messageId", Marker), ("text", Marker), ("agent", Marker));
            await client.AskAsync("cancel", ("runId", Marker));
        }
        using (var http = new HttpClient())
        {
            using var wrong = await http.GetAsync($"{server.Address}{Marker}?{Marker}={Marker}");
            using var misformed = await http.GetAsync($"{server.Address}ws?resume={Marker}");
        }
        using var ready = await server.GetAsync("/ready");
        Nodes = [.. JsonNode.Parse(await ready.Content.ReadAsStringAsync())!["nodes"]!.AsArray().Select(node => (string)node!["name"]!)];
        using var metrics = await server.GetAsync("/metrics");
        Scrape = new(await metrics.Content.ReadAsStringAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    private static async Task TurnAsync(WireClient client, string text, string? agent)
    {
        var threadId = $"{Marker}.{Guid.NewGuid():N}";
        (string, JsonNode?)[] fields = [("threadId", threadId), ("messageId", Guid.NewGuid().ToString()), ("text", text)];
        if (agent is not null) fields = [.. fields, ("agent", agent)];
        await client.CommandAsync("run", fields);
        await client.UntilAsync(message => message.GetRawText().Contains("RUN_FINISHED") || message.GetRawText().Contains("RUN_ERROR"));
    }
}
