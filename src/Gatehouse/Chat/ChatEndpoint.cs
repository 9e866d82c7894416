using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Protocol;
using Gatehouse.Readiness;
using Gatehouse.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Chat;

/// <summary>The upgrade at <c>/ws</c>: decides, accepts, and serves the connection until it ends.</summary>
internal sealed class ChatEndpoint(
    Connections connections, Intake intake, ThreadFeeds feeds, IConversationLog log, IStore store, ReadinessGraph readiness,
    GatehouseMetrics metrics, ResumeTokens resumeTokens, SelfTestSecret secret, GatehouseOptions options, Instance instance,
    TimeProvider clock, ILogger<Connection> logger)
{
    public async Task HandleAsync(HttpContext context)
    {
        var selfTest = secret.IsShownBy(context.Request);
        if (Refusal(context, selfTest) is { } refusal)
        {
            if (!selfTest) metrics.HandshakeDecided(HandshakeOutcome.Refused, refusal.Reason, refusal.Node);
            await RefuseAsync(context, refusal);
            return;
        }
        var accept = new WebSocketAcceptContext
        {
            SubProtocol = context.WebSockets.WebSocketRequestedProtocols.Contains(Limits.Subprotocol) ? Limits.Subprotocol : null,
            KeepAliveInterval = options.Heartbeat,
            KeepAliveTimeout = options.Heartbeat * 1.25,    // with the interval: dead after 45 s at the default
        };
        if (!selfTest) metrics.HandshakeDecided(HandshakeOutcome.Accepted, Returns(context.Request) ? HandshakeReason.Resumed : HandshakeReason.Ready);
        using var socket = await context.WebSockets.AcceptWebSocketAsync(accept);
        await ServeAsync(socket, selfTest, context.RequestAborted);
    }

    private async Task ServeAsync(WebSocket socket, bool selfTest, CancellationToken aborted)
    {
        var id = Guid.CreateVersion7().ToString("N");
        var writer = new ConnectionWriter(socket, metrics, clock, selfTest, logger, aborted);
        var handler = new CommandHandler(writer, intake, feeds, log, store, metrics, clock, selfTest, logger);
        var connection = new Connection(socket, writer, handler, clock);
        var welcome = new Welcome(
            id, instance.Id, instance.Revision, (int)options.Heartbeat.TotalMilliseconds, (int)options.Reconnect.TotalMilliseconds,
            Limits.FrameBytes, resumeTokens.Issue(id));
        ConnectionState? open = selfTest ? null : ConnectionState.Open;
        metrics.ConnectionMoved(null, open);
        try
        {
            using var entry = connections.Add(connection);
            await connection.RunAsync(welcome, aborted);
        }
        finally
        {
            metrics.ConnectionMoved(open, null);
        }
    }

    private bool Returns(HttpRequest request) => resumeTokens.IsOurs(request.Query["resume"]);

    private sealed record Refused(int Status, HandshakeReason Reason, string Title, string Detail, string? Node = null);

    private Refused? Refusal(HttpContext context, bool selfTest)
    {
        var sockets = context.WebSockets;
        if (!sockets.IsWebSocketRequest)
            return new(StatusCodes.Status426UpgradeRequired, HandshakeReason.BadRequest, "Upgrade required", "/ws speaks WebSocket only.");
        if (sockets.WebSocketRequestedProtocols is { Count: > 0 } offered && !offered.Contains(Limits.Subprotocol))
            return new(StatusCodes.Status400BadRequest, HandshakeReason.BadRequest, "Unknown subprotocol", $"This server speaks {Limits.Subprotocol}.");
        if (selfTest) return null;
        if (!IsAllowedOrigin(context.Request))
            return new(StatusCodes.Status403Forbidden, HandshakeReason.BadRequest, "Origin not allowed",
                "Pages of another origin are let in by Chat:AllowedOrigins.");
        if (readiness.IsReady) return null;
        var node = readiness.Current.Culprits.FirstOrDefault()?.Name;
        return new(StatusCodes.Status503ServiceUnavailable, HandshakeReason.NotReady, "Not ready", $"The server waits for {node ?? "its start"}.", node);
    }

    // A page of another origin could speak with the user's server; browsers say where a page comes from, programs do not.
    private bool IsAllowedOrigin(HttpRequest request) =>
        request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
        || options.AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase) || options.AllowedOrigins.Contains("*");

    // RFC 9457. Retry-After is spread, so that those who are sent away do not come back as one.
    private static async Task RefuseAsync(HttpContext context, Refused refused)
    {
        context.Response.StatusCode = refused.Status;
        context.Response.ContentType = "application/problem+json";
        if (refused.Status == StatusCodes.Status426UpgradeRequired) (context.Response.Headers.Upgrade, context.Response.Headers.Connection) = ("websocket", "Upgrade");
        if (refused.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = Random.Shared.Next(1, 4).ToString(CultureInfo.InvariantCulture);
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("title", refused.Title);
        json.WriteNumber("status", refused.Status);
        json.WriteString("detail", refused.Detail);
        if (refused.Node is { } node) json.WriteString("node", node);
        json.WriteEndObject();
    }
}
