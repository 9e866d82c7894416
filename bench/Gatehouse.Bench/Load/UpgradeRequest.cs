using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>An upgrade, by hand.</summary>
internal static class UpgradeRequest
{
    /// <param name="client">The client's address that a proxy would have noted; null for none.</param>
    public static byte[] For(int port, string path, string? subprotocol, string? client = null) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + (subprotocol is null ? "" : $"Sec-WebSocket-Protocol: {subprotocol}\r\n")
        + (client is null ? "\r\n" : $"X-Forwarded-For: {client}\r\n\r\n"));
}
