using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.EndToEnd.Probing;

/// <summary>One question over bare TCP, on a connection of its own, without an HTTP client that could retry, pool or wait.</summary>
internal static class Probe
{
    private static readonly Dictionary<Question, byte[]> Requests = new()
    {
        [Question.Startup] = Get("/startup"),
        [Question.Ready] = Get("/ready"),
        [Question.Health] = Get("/health"),
        [Question.Upgrade] = Get("/ws",
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
    };

    /// <param name="sent">Called when the question is on its way.</param>
    public static async Task<Answer> AskAsync(int port, Question question, TimeSpan patience, Action? sent = null, CancellationToken cancellationToken = default)
    {
        // Ended by a reset, so that thousands of connections leave nothing behind.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new(true, 0) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        var askedAt = Moment.Now;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            await socket.SendAsync(Requests[question], limit.Token);
            sent?.Invoke();
            var line = await LineAsync(socket, limit.Token);
            return new(question, askedAt, Moment.Now, line, line is null ? SocketError.ConnectionReset : null);
        }
        catch (SocketException broken)
        {
            return new(question, askedAt, Moment.Now, null, broken.SocketErrorCode);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new(question, askedAt, Moment.Now, null, SocketError.TimedOut);
        }
    }

    // The rest of an answer is nobody's concern here.
    private static async Task<string?> LineAsync(Socket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[256];
        var length = 0;
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0) return null;
            length += count;
            if (buffer.AsSpan(0, length).IndexOf("\r\n"u8) is >= 0 and var end) return Encoding.ASCII.GetString(buffer, 0, end);
        }
    }

    private static byte[] Get(string path, params string[] headers) =>
        Encoding.ASCII.GetBytes(string.Join("\r\n", [$"GET {path} HTTP/1.1", "Host: localhost", .. headers, "", ""]));
}
