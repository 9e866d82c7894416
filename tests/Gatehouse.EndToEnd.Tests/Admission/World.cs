using System.Net;
using System.Text.Json;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Admission;

/// <summary>A server with a node <c>world</c> that is as the test says.</summary>
internal sealed class World : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    private readonly DirectoryInfo _directory;

    private World(DirectoryInfo directory, ServerProcess server) => (_directory, Server) = (directory, server);

    public ServerProcess Server { get; }

    public int Port => Server.Port;

    /// <summary>Starts a server and waits until only <c>world</c> is missing.</summary>
    public static async Task<World> StartAsync(params string[] arguments)
    {
        var directory = Directory.CreateTempSubdirectory("gatehouse-world-");
        var setup = new ServerSetup([$"--World:File={Path.Combine(directory.FullName, "says")}", "--Ops:TokensPerSecond=0", .. arguments])
        {
            Program = Repository.Built("tests/Gatehouse.EndToEnd.Host", "Gatehouse.EndToEnd.Host"),
        };
        var world = new World(directory, ServerProcess.Launch(setup));
        while (true)
        {
            try
            {
                if (await world.NodeAsync("chat") is "ready" or "degraded" && await world.NodeAsync("world") == "failed") return world;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(10);      // bounded by the test's own time limit
        }
    }

    /// <summary>Has the node be up, fatal or down, and waits until the graph has seen it.</summary>
    public async Task SayAsync(string says, string state)
    {
        var file = Path.Combine(_directory.FullName, "says");
        await File.WriteAllTextAsync(file + ".new", says);
        File.Move(file + ".new", file, overwrite: true);
        while (await NodeAsync("world") != state) await Task.Delay(10);
    }

    public Task RaiseAsync() => SayAsync("up", "ready");

    public Task FellAsync() => SayAsync("down", "failed");

    /// <summary>Waits until so many upgrades are held.</summary>
    public async Task HeldAsync(int count)
    {
        while (await Server.MetricAsync("gatehouse_connections{state=\"held\"}") != count) await Task.Delay(20);
    }

    public async Task<double> HandshakesAsync(string labels) => await Server.MetricAsync($"gatehouse_handshakes_total{{{labels}}}") ?? 0;

    /// <summary>Connects as many times, with all the time that the server may want.</summary>
    public Task<WireClient>[] Connect(int count) =>
        [.. Enumerable.Range(0, count).Select(_ => WireClient.ConnectAsync(Port, patience: TimeSpan.FromSeconds(120)))];

    /// <summary>Asks for an upgrade by plain HTTP, to read the refusal.</summary>
    public async Task<HttpResponseMessage> UpgradeAsync(string query = "", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{Port}/ws{query}");
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("websocket");
        request.Headers.Add("Sec-WebSocket-Version", "13");
        request.Headers.Add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Checks that an answer is a refusal that says when to come back, and why.</summary>
    public static async Task AssertRefusedAsync(HttpResponseMessage answer, HttpStatusCode status, string reason, string? node = null)
    {
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20));
        var problem = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(((int)status, reason, node), (problem.GetProperty("status").GetInt32(), problem.Text("reason"), problem.TextOrNull("node")));
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    private async Task<string?> NodeAsync(string name)
    {
        using var answer = await Server.GetAsync("/ready");
        var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        return body.GetProperty("nodes").EnumerateArray().Where(node => node.Text("name") == name).Select(node => node.Text("state")).FirstOrDefault();
    }
}
