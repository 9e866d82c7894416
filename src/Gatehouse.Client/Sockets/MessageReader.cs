using System.Buffers;
using System.Net.WebSockets;

namespace Gatehouse.Client;

/// <summary>
/// Reads frames and hands out the JSON objects in them, one per line. Between frames it holds no buffer (a read of zero bytes waits
/// for data), so that a process can keep thousands of idle connections.
/// </summary>
internal sealed class MessageReader(WebSocket socket, int maxBytes)
{
    private const int InitialBytes = 4096;

    /// <summary>Ends with the close frame. The bytes are valid only while <paramref name="onMessage"/> runs.</summary>
    public async Task ReadAllAsync(Action<ReadOnlyMemory<byte>> onMessage, CancellationToken cancellationToken)
    {
        while (true)
        {
            var first = await socket.ReceiveAsync(Memory<byte>.Empty, cancellationToken);
            if (first.MessageType is WebSocketMessageType.Close) return;
            if (first.EndOfMessage) continue;       // an empty frame
            if (!await ReadFrameAsync(onMessage, cancellationToken)) return;
        }
    }

    /// <summary>False if the server closed the connection instead of ending the frame.</summary>
    private async Task<bool> ReadFrameAsync(Action<ReadOnlyMemory<byte>> onMessage, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
        try
        {
            var length = 0;
            while (true)
            {
                if (length == buffer.Length) buffer = Grow(buffer);
                var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
                if (part.MessageType is WebSocketMessageType.Close) return false;
                if (part.MessageType is WebSocketMessageType.Binary) throw new InvalidDataException("the server sent a binary frame");
                length += part.Count;
                if (length > maxBytes) throw new InvalidDataException($"the server sent a message over {maxBytes} bytes");
                if (!part.EndOfMessage) continue;
                Split(buffer.AsMemory(0, length), onMessage);
                return true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static void Split(ReadOnlyMemory<byte> frame, Action<ReadOnlyMemory<byte>> onMessage)
    {
        while (!frame.IsEmpty)
        {
            var end = frame.Span.IndexOf((byte)'\n');
            var line = end < 0 ? frame : frame[..end];
            frame = end < 0 ? default : frame[(end + 1)..];
            if (!line.IsEmpty) onMessage(line);
        }
    }
}
