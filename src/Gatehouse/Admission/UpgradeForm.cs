using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Admission;

/// <summary>Whether a request is an upgrade that this server could accept at all.</summary>
internal static class UpgradeForm
{
    public static Refusal? FaultOf(HttpContext context, IReadOnlyList<string> allowedOrigins)
    {
        var sockets = context.WebSockets;
        // An upgrade by HTTP/1.0 is to be ignored (RFC 9110 §7.8); the framework would answer it with 101.
        if (!sockets.IsWebSocketRequest || HttpProtocol.IsHttp10(context.Request.Protocol)) return Refusal.NoUpgrade;
        if (sockets.WebSocketRequestedProtocols is { Count: > 0 } offered && !offered.Contains(Limits.Subprotocol)) return Refusal.UnknownSubprotocol;
        return IsAllowedOrigin(context.Request, allowedOrigins) ? null : Refusal.ForeignOrigin;
    }

    // A page of another origin could speak with the user's server; browsers say where a page comes from, programs do not.
    private static bool IsAllowedOrigin(HttpRequest request, IReadOnlyList<string> allowed) =>
        request.Headers.Origin.ToString() is not { Length: > 0 } origin
        || Uri.TryCreate(origin, UriKind.Absolute, out var uri) && string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase)
        || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase) || allowed.Contains("*");
}
