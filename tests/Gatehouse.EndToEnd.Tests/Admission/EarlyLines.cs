using System.Net;
using System.Net.Sockets;

namespace Gatehouse.EndToEnd.Admission;

/// <summary>Connections that ask for an upgrade and go on sending without waiting for the answer.</summary>
internal sealed class EarlyLines : IDisposable
{
    private static readonly byte[] Upgrade =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray();

    private readonly List<Socket> _lines = [];

    /// <summary>Opens one more and sends so many bytes at once, of which the kernel keeps what the server does not read.</summary>
    public async Task AddAsync(int port, int bytes)
    {
        var line = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = bytes };
        _lines.Add(line);
        await line.ConnectAsync(IPAddress.Loopback, port);
        await line.SendAsync(Upgrade);
        line.Blocking = false;
        line.Send(new byte[bytes], SocketFlags.None, out _);    // as much as there is room for
    }

    public void Dispose()
    {
        foreach (var line in _lines) line.Dispose();
    }
}
