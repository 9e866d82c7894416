using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;

namespace Gatehouse.Client;

/// <summary>Says in one line why a link ended.</summary>
internal static class ConnectFailure
{
    /// <summary>The server sent a close frame.</summary>
    public static LinkFailure Closed(Uri server, ClientWebSocket socket)
    {
        var code = (int?)socket.CloseStatus;
        var why = socket.CloseStatusDescription is { Length: > 0 } text ? $" ({text})" : "";
        return new(server, $"the server closed the connection with {code}{why}", code);
    }

    public static LinkFailure Explain(Uri server, ClientWebSocket socket, Exception exception)
    {
        var status = (int)socket.HttpStatusCode;
        return socket.State is not WebSocketState.Open && status is not (0 or (int)HttpStatusCode.SwitchingProtocols)
            ? Refused(server, new(status, RetryAfter(socket)))
            : new(server, Reason(exception));
    }

    /// <summary>The server answered the upgrade with an HTTP status instead.</summary>
    public static LinkFailure Refused(Uri server, UpgradeRefusal refusal)
    {
        var why = refusal.Node is { } node ? $" (it waits for node '{node}')" : refusal.Advice is { } advice ? $": {advice}" : "";
        return new(server, $"the server refused the connection with {refusal.Status} {(HttpStatusCode)refusal.Status}{why}", null, refusal, refusal.Node);
    }

    private static string Reason(Exception exception) => exception switch
    {
        OperationCanceledException => "the connection was given up",
        JsonException => $"the server sent what is no message of the protocol: {exception.Message}",
        WebSocketException or HttpRequestException when Innermost(exception) is SocketException socket => socket.Message.ToLowerInvariant(),
        WebSocketException or HttpRequestException => Innermost(exception).Message,
        _ => exception.Message,
    };

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }

    /// <summary>Seconds only; a date would need the server's clock. At most an hour, because a person may wait.</summary>
    private static TimeSpan? RetryAfter(ClientWebSocket socket) =>
        socket.HttpResponseHeaders?.FirstOrDefault(header => header.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value is { } values
        && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, 3600))
            : null;
}
