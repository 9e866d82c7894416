using System.Net.WebSockets;
using Gatehouse.Protocol;

namespace Gatehouse.Admission;

/// <summary>Tells a client over its WebSocket that the server is not ready, and for which node it waits; then closes.</summary>
internal static class StartingNotice
{
    // How long a peer may take to answer the close frame.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    public static async Task TellAsync(WebSocket socket, string? node, TimeProvider clock, CancellationToken aborted)
    {
        using var overdue = new CancellationTokenSource(CloseGrace, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(overdue.Token, aborted);
        try
        {
            await socket.SendAsync(new Starting(node ?? "").ToUtf8().AsMemory(), WebSocketMessageType.Text, endOfMessage: true, end.Token);
            var reason = CloseReason.TryAgainLater;
            await socket.CloseOutputAsync((WebSocketCloseStatus)reason.Code, reason.Text, end.Token);
            // What the client has sent meanwhile is read and dropped: closing over unread bytes would reset the line before it has heard.
            var dropped = new byte[1024];
            while (socket.State is WebSocketState.CloseSent) await socket.ReceiveAsync(dropped.AsMemory(), end.Token);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }
}
