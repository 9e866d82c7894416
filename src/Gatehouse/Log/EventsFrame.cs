using System.Buffers;
using System.Text;
using Gatehouse.Protocol;

namespace Gatehouse.Log;

/// <summary>An <c>events</c> message, ready to be sent: the shared bytes of the events, spliced, never serialised again.</summary>
/// <param name="Count">How many events.</param>
/// <param name="PublishedAt">Timestamp of the newest publication when it was built; null if the events come out of the log.</param>
internal sealed record EventsFrame(Position After, Position Cursor, ReadOnlyMemory<byte> Utf8, int Count, long? PublishedAt)
{
    public static EventsFrame Build(string threadId, ReaderStep.Send send, long? publishedAt = null)
    {
        var size = 128 + threadId.Length + send.Entries.Count;
        foreach (var entry in send.Entries) size += entry.Utf8.Length;
        var buffer = new ArrayBufferWriter<byte>(size);
        // Ids and cursors are made of characters that need no escaping (docs/protocol.md §2).
        Encoding.UTF8.GetBytes($"{{\"type\":\"events\",\"threadId\":\"{threadId}\",\"after\":\"{send.After}\",\"cursor\":\"{send.Cursor}\",\"events\":[", buffer);
        for (var i = 0; i < send.Entries.Count; i++)
        {
            if (i > 0) buffer.Write(","u8);
            buffer.Write(send.Entries[i].Utf8.Span);
        }
        buffer.Write("]}"u8);
        return new(send.After, send.Cursor, buffer.WrittenMemory, send.Entries.Count, publishedAt);
    }
}
