using System.Buffers;
using System.Net.WebSockets;
using Gatehouse.Protocol;

namespace Gatehouse.Chat;

/// <summary>
/// One WebSocket: the receiving loop, which hands commands to the <see cref="CommandHandler"/>, and the connection's end. What is
/// sent goes through its <see cref="ConnectionWriter"/>.
/// </summary>
internal sealed class Connection(WebSocket socket, ConnectionWriter writer, CommandHandler handler, CountedConnection? counted, TimeProvider clock)
{
    // How long a peer may take to answer a close frame.
    private static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(2);

    /// <summary>Serves the connection until it ends, whoever ends it.</summary>
    public async Task RunAsync(Welcome welcome, CancellationToken cancellationToken)
    {
        using var handling = handler;
        using var done = new CancellationTokenSource();
        writer.Send(welcome.ToUtf8());
        var overdue = AbortWhenOverdueAsync(done.Token);
        try
        {
            bool open;
            do open = await ReceiveAsync(cancellationToken);
            while (open);
            writer.Close(new(1000, "done"));
            await writer.Ended;
            while (socket.State is WebSocketState.CloseSent) await DiscardAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // The peer is gone, or broke the protocol. Then a close frame with 1002 or 1007 is on its way, and to let go of the
            // socket would reset the connection before it arrives: the peer hangs up when it has read it.
            writer.Stop();
            await Task.Delay(CloseGrace, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        await done.CancelAsync();
        await overdue;
        if (socket.State is not (WebSocketState.Closed or WebSocketState.Aborted)) socket.Abort();
    }

    /// <summary>Ends the connection for a reason of ours.</summary>
    public void Close(CloseReason reason) => writer.Close(reason);

    /// <summary>Tells the client to move to another instance.</summary>
    public void SendAway(GoAway goAway)
    {
        writer.Send(goAway.ToUtf8());
        counted?.Drains();
    }

    /// <summary>Tells the client where its threads stand.</summary>
    public void Beat() => writer.Beat(handler.Subscriptions);

    // After a close frame of ours the peer's is awaited, but not for ever.
    private async Task AbortWhenOverdueAsync(CancellationToken done)
    {
        try
        {
            await writer.Ended.WaitAsync(done);
            await Task.Delay(CloseGrace, clock, done);
            socket.Abort();
        }
        catch (OperationCanceledException)
        {
            // The connection has ended by itself.
        }
    }

    private async ValueTask DiscardAsync(CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <returns>False when the peer has closed.</returns>
    private async ValueTask<bool> ReceiveAsync(CancellationToken cancellationToken)
    {
        // An idle connection waits without a buffer.
        var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
        if (first.MessageType is WebSocketMessageType.Close) return false;
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            var length = 0;
            var result = first;
            while (!result.EndOfMessage)
            {
                if (length == buffer.Length) Grow(ref buffer);
                result = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (result.MessageType is WebSocketMessageType.Close) return false;
                length += result.Count;
                if (length > Limits.FrameBytes) return Refuse(CloseReason.FrameTooBig);
            }
            if (result.MessageType is WebSocketMessageType.Binary) return Refuse(CloseReason.BinaryFrame);
            await HandleAsync(buffer.AsMemory(0, length), cancellationToken);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool Refuse(CloseReason reason)
    {
        writer.Close(reason);
        return false;
    }

    private static void Grow(ref byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, Limits.FrameBytes + 4096));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }

    private async ValueTask HandleAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        while (!message.IsEmpty)
        {
            var end = message.Span.IndexOf((byte)'\n');
            var line = end < 0 ? message : message[..end];
            message = end < 0 ? default : message[(end + 1)..];
            if (line.Span.Trim(" \t\r"u8).IsEmpty) continue;
            await writer.RoomAsync();       // for each: a frame can ask for much more than it is long
            await handler.HandleAsync(line, cancellationToken);
        }
    }
}
