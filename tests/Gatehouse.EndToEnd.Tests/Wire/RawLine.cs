using System.Net.Sockets;
using System.Text;

namespace Gatehouse.EndToEnd.Wire;

/// <summary>HTTP or a WebSocket without a client for it: the bytes of the line, to send what no client would.</summary>
internal sealed class RawLine : IDisposable
{
    private readonly TcpClient _tcp = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));

    private NetworkStream Stream => field ??= _tcp.GetStream();

    /// <summary>Whether something has come that was not read yet, be it the end.</summary>
    public bool HasNews => _tcp.Client.Poll(0, SelectMode.SelectRead);

    public static async Task<RawLine> ConnectAsync(int port)
    {
        var line = new RawLine();
        await line._tcp.ConnectAsync("127.0.0.1", port);
        return line;
    }

    public static async Task<RawLine> UpgradeAsync(int port)
    {
        var line = await ConnectAsync(port);
        await line.SendAsync(
            $"GET /ws HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 101", await line.HeadAsync());
        return line;
    }

    public Task SendAsync(byte[] bytes) => Stream.WriteAsync(bytes, _patience.Token).AsTask();

    /// <summary>Sends a text, a byte for each character.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends nothing any more.</summary>
    public void HangUp() => _tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Reads the head of an answer; what there is of it, if the connection ends before.</summary>
    public async Task<string> HeadAsync()
    {
        var head = new StringBuilder();
        try
        {
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)await ByteAsync());
        }
        catch (IOException)
        {
            // As was said: what there is of it.
        }
        return head.ToString();
    }

    /// <summary>Reads frames to the close frame.</summary>
    /// <returns>Its code; null if the connection ended without one.</returns>
    public async Task<int?> CloseCodeAsync()
    {
        try
        {
            while (true)
            {
                var opcode = await ByteAsync() & 0x0F;
                var length = await ByteAsync();
                if (length == 126) length = await ByteAsync() << 8 | await ByteAsync();
                Assert.NotEqual(127, length);
                var payload = new byte[length];
                await Stream.ReadExactlyAsync(payload, _patience.Token);
                if (opcode == 8) return length < 2 ? null : payload[0] << 8 | payload[1];
            }
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _tcp.Dispose();
        _patience.Dispose();
    }

    private async Task<int> ByteAsync()
    {
        var one = new byte[1];
        await Stream.ReadExactlyAsync(one, _patience.Token);
        return one[0];
    }
}
