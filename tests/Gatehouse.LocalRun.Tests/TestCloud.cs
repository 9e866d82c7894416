using System.Net;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.Testing;

namespace Gatehouse.LocalRun.Tests;

/// <summary>A local cloud whose one image is the test container, and what tests ask of it.</summary>
internal sealed class TestCloud : IAsyncDisposable
{
    public const string Image = "example.org/app";

    private readonly HttpClient _http;

    private TestCloud(LocalCloud cloud)
    {
        Cloud = cloud;
        // A name under localhost is this machine whatever its resolver says.
        _http = new(new SocketsHttpHandler { UseCookies = false, UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(60) };
    }

    public LocalCloud Cloud { get; }

    public ApiClient Api => new(Cloud.Address, Cloud.Project, _http);

    public EventStream Events => Cloud.Events;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestCloud> StartAsync(double timeScale = 1, Action<LocalCloudOptions>? configure = null)
    {
        var options = new LocalCloudOptions { Port = 0, TimeScale = timeScale };
        options.Images[Image] = App();
        configure?.Invoke(options);
        return new(await LocalCloud.StartAsync(options, Token));
    }

    public static ImageCommand App() => new("node", ["app.mjs"], Directories.Containers);

    public static Service Service(string name = "app", Func<RevisionTemplate, RevisionTemplate>? change = null, IReadOnlyDictionary<string, string>? env = null)
    {
        var template = new RevisionTemplate
        {
            Spec = new()
            {
                Containers = [new() { Image = Image, Env = [.. (env ?? new Dictionary<string, string>()).Select(each => new EnvVar { Name = each.Key, Value = each.Value })] }],
            },
        };
        return new() { ApiVersion = ApiVersions.Serving, Kind = "Service", Metadata = new() { Name = name }, Spec = new() { Template = change?.Invoke(template) ?? template } };
    }

    public Task<Service> ApplyAsync(Service service) => Cloud.ApplyAsync(service, Token);

    public async Task<(HttpStatusCode Status, string Body, HttpResponseMessage Answer)> GetAsync(string path = "/", string host = "app", Action<HttpRequestMessage>? change = null)
    {
        using var request = Request(HttpMethod.Get, path, host);
        change?.Invoke(request);
        var answer = await _http.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token), answer);
    }

    public async Task<JsonNode> GetJsonAsync(string path = "/", string host = "app") => JsonNode.Parse((await GetAsync(path, host)).Body)!;

    public HttpRequestMessage Request(HttpMethod method, string path, string host = "app") =>
        new(method, $"http://127.0.0.1:{Cloud.Address.Port}{path}") { Headers = { Host = $"{host}.localhost:{Cloud.Address.Port}" } };

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, HttpCompletionOption completion, CancellationToken token) => _http.SendAsync(request, completion, token);

    public async Task<ClientWebSocket> ConnectAsync(string path = "/ws", string host = "app", string? cookie = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Host", $"{host}.localhost:{Cloud.Address.Port}");
        if (cookie is not null) socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new($"ws://127.0.0.1:{Cloud.Address.Port}{path}"), Token);
        return socket;
    }

    /// <summary>Asks the last instance itself, past the ingress; how that ends is not of interest.</summary>
    public async Task GetDirectAsync(string path)
    {
        var port = Events.Snapshot().OfType<InstanceStarting>().Last().Port;
        try
        {
            using var answer = await _http.GetAsync($"http://127.0.0.1:{port}{path}", Token);
        }
        catch (HttpRequestException)
        {
            // It has crashed, as it was asked to.
        }
    }

    public Task<T> EventAsync<T>(Func<T, bool>? fits = null) where T : CloudEvent => Events.FirstAsync(fits, Token).WaitAsync(TimeSpan.FromSeconds(60), Token);

    public Task<LogWritten> LogAsync(string text) => EventAsync<LogWritten>(line => line.Text.Contains(text, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await Cloud.DisposeAsync();
    }
}

/// <summary>What a WebSocket says.</summary>
internal static class SocketText
{
    public static async Task<string> ReadAsync(this ClientWebSocket socket)
    {
        var buffer = new byte[4096];
        var received = await socket.ReceiveAsync(buffer, TestCloud.Token);
        return received.MessageType is WebSocketMessageType.Close ? $"close {(int?)socket.CloseStatus}" : System.Text.Encoding.UTF8.GetString(buffer, 0, received.Count);
    }

    public static Task SayAsync(this ClientWebSocket socket, string text) =>
        socket.SendAsync(System.Text.Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestCloud.Token);
}

internal static class Directories
{
    public static string Containers { get; } = Path.Combine(Repository.Root, "tests/Gatehouse.LocalRun.Tests/Containers");
}
