using System.Net.WebSockets;
using System.Text.Json;

namespace Gatehouse.Browser.Tests;

/// <summary>Asks for a thread as one who has nothing of it, on a connection of its own and without a client library.</summary>
internal static class FreshSnapshot
{
    public static async Task<IReadOnlyList<Said>> MessagesAsync(Uri server, string threadId)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("gatehouse.v1");
        await socket.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/ws" }.Uri, limit.Token);
        var command = JsonSerializer.SerializeToUtf8Bytes(new { type = "subscribe", id = 1, threadId });
        await socket.SendAsync(command, WebSocketMessageType.Text, endOfMessage: true, limit.Token);
        var messages = new List<Said>();
        while (true)
        {
            foreach (var line in (await FrameAsync(socket, limit.Token)).Split('\n'))
            {
                using var document = JsonDocument.Parse(line);
                var message = document.RootElement;
                if (message.GetProperty("type").GetString() is not "snapshot") continue;
                messages.AddRange(message.GetProperty("messages").EnumerateArray().Select(Read));
                if (!message.TryGetProperty("more", out var more) || !more.GetBoolean()) return messages;
            }
        }
    }

    private static Said Read(JsonElement message) => new(
        message.GetProperty("id").GetString()!,
        message.GetProperty("role").GetString()!,
        message.TryGetProperty("content", out var content) ? content.GetString()! : "");

    private static async Task<string> FrameAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        var frame = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer, cancellation);
            frame.Write(buffer, 0, part.Count);
            if (part.EndOfMessage) return System.Text.Encoding.UTF8.GetString(frame.GetBuffer(), 0, (int)frame.Length);
        }
    }
}
