using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Authentication;
using System.Text.Json;

namespace Gatehouse.Cli.Probe;

/// <summary>Says what an exception of the layers below means.</summary>
internal static class LayerFaults
{
    public static LayerException Explain(Exception exception) => exception switch
    {
        LayerException fault => fault,
        SocketException socket => new(socket.SocketErrorCode.ToString(), WordsOf(socket)),
        IOException { InnerException: SocketException socket } => Explain(socket),
        WebSocketException { InnerException: IOException or SocketException } broken => Explain(broken.InnerException!),
        WebSocketException { WebSocketErrorCode: WebSocketError.ConnectionClosedPrematurely } =>
            new("no close frame", "the connection ended without a close frame"),
        WebSocketException broken => new("broken frame", $"the service broke the rules of WebSocket: {broken.Message}"),
        AuthenticationException => new("tls", exception.Message),
        JsonException => new("not the protocol", "the service sent what is no message of Gatehouse's protocol"),
        EndOfStreamException or IOException or ObjectDisposedException => new("closed", "the connection was closed"),
        // A probe that ends by a defect of its own, or by an answer nobody thought of, would tell nothing at all.
        _ => new("unexpected", $"{exception.GetType().Name}: {exception.Message}"),
    };

    /// <summary>The service sent a close frame.</summary>
    public static LayerException Closed(int code, string? description) => new(
        FormattableString.Invariant($"close {code}"),
        FormattableString.Invariant($"the service closed the connection with {code}{(description is { Length: > 0 } ? $" ({description})" : "")}"));

    private static string WordsOf(SocketException socket) => socket.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused: nobody listens there",
        SocketError.ConnectionReset => "the connection was reset",
        SocketError.HostNotFound => "there is no such name",
        SocketError.TryAgain => "the name server gave no answer",
        SocketError.NoData => "the name has no address",
        SocketError.TimedOut => "the address does not answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "there is no way to the address",
        _ => socket.Message,
    };
}
