using System.Net;
using System.Net.WebSockets;
using System.Text.Json;

namespace Gatehouse.Client;

/// <summary>Asks the readiness probe beside a server's WebSocket what the server waits for.</summary>
internal static class ReadyProbe
{
    private const int LongestAnswerBytes = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly IWebProxy? NoneChosen = ChosenBefore();

    /// <summary>The first required node that is not up; null if there is none, or no such probe, or no answer within a second.</summary>
    public static async Task<string?> FindNodeAsync(Uri server, ClientWebSocketOptions like, CancellationToken cancellationToken)
    {
        var probe = new UriBuilder(server) { Scheme = server.Scheme is "wss" ? "https" : "http", Path = "/ready", Query = "", UserName = "", Password = "" }.Uri;
        try
        {
            using var http = new HttpClient(HandlerLike(like)) { Timeout = Patience, MaxResponseContentBufferSize = LongestAnswerBytes };
            using var answer = await http.GetAsync(probe, cancellationToken);
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            using var json = await JsonDocument.ParseAsync(body, default, cancellationToken);
            return FirstDown(json.RootElement);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            return null;        // what it would have said is only an explanation
        }
    }

    private static string? FirstDown(JsonElement answer)
    {
        if (answer.ValueKind is not JsonValueKind.Object || !answer.TryGetProperty("nodes", out var nodes)) return null;
        foreach (var node in nodes.EnumerateArray())
        {
            var isRequired = !node.TryGetProperty("required", out var required) || required.GetBoolean();
            if (isRequired && node.Text("state") is not ("ready" or "degraded")) return node.Text("name");
        }
        return null;
    }

    /// <summary>The same way to the same server. No header goes along: the probe wants no identity.</summary>
    private static SocketsHttpHandler HandlerLike(ClientWebSocketOptions options)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false };
        if (!ReferenceEquals(options.Proxy, NoneChosen)) (handler.Proxy, handler.UseProxy) = (options.Proxy, options.Proxy is not null);
        handler.SslOptions.RemoteCertificateValidationCallback = options.RemoteCertificateValidationCallback;
        handler.SslOptions.ClientCertificates = options.ClientCertificates;
        return handler;
    }

    /// <summary>Stands for the system's proxy where none was chosen, and cannot be used itself.</summary>
    private static IWebProxy? ChosenBefore()
    {
        using var socket = new ClientWebSocket();
        return socket.Options.Proxy;
    }
}
