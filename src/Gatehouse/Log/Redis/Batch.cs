using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Gatehouse.Protocol;

namespace Gatehouse.Log.Redis;

/// <summary>
/// The bytes of entries in Redis: a batch is sent, cut into stored entries by the script, and published, without a copy in
/// between; what comes back is cut, not parsed.
/// </summary>
/// <remarks>
/// <code>
///   batch   seq (8)  digest (8)  { length (4)  entry }…       of the position before it; big-endian
///   entry   flags (1)  digest (8)  event                      flag 1: a takeover
/// </code>
/// Every digest is computed again on the way in. Whatever a broker has lost, repeated or mixed up does not get past this.
/// </remarks>
internal static class Batch
{
    private const int PositionBytes = 16;
    private const int LengthBytes = 4;
    private const int HeadBytes = 9;
    private const byte RewoundFlag = 1;

    public static byte[] Encode(Position after, ReadOnlySpan<LogEntry> entries)
    {
        var size = PositionBytes;
        foreach (var entry in entries) size += LengthBytes + HeadBytes + entry.Utf8.Length;
        var batch = new byte[size];
        BinaryPrimitives.WriteInt64BigEndian(batch, after.Seq);
        BinaryPrimitives.WriteUInt64BigEndian(batch.AsSpan(8), after.Digest);
        var rest = batch.AsSpan(PositionBytes);
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, HeadBytes + entry.Utf8.Length);
            rest = rest[LengthBytes..];
            rest[0] = entry.Rewound ? RewoundFlag : (byte)0;
            BinaryPrimitives.WriteUInt64BigEndian(rest[1..], entry.Position.Digest);
            entry.Utf8.Span.CopyTo(rest[HeadBytes..]);
            rest = rest[(HeadBytes + entry.Utf8.Length)..];
        }
        return batch;
    }

    /// <returns>False for anything that is not a batch whose entries follow one another on a chain.</returns>
    public static bool TryDecode(ReadOnlyMemory<byte> batch, out Position after, [NotNullWhen(true)] out LogEntry[]? entries)
    {
        (after, entries) = (default, null);
        if (!TryCount(batch.Span, out var count)) return false;
        after = new(BinaryPrimitives.ReadInt64BigEndian(batch.Span), BinaryPrimitives.ReadUInt64BigEndian(batch.Span[8..]));
        var read = new LogEntry[count];
        var before = after;
        var rest = batch[PositionBytes..];
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
            if (!TryDecode(before, rest.Slice(LengthBytes, length), out read[i])) return false;
            before = read[i].Position;
            rest = rest[(LengthBytes + length)..];
        }
        entries = read;
        return true;
    }

    /// <returns>False for anything that is not an entry that follows <paramref name="before"/>.</returns>
    public static bool TryDecode(Position before, ReadOnlyMemory<byte> stored, out LogEntry entry)
    {
        entry = default;
        if (stored.Length < HeadBytes) return false;
        var utf8 = stored[HeadBytes..];
        entry = new(before.Next(utf8.Span), utf8, (stored.Span[0] & RewoundFlag) != 0);
        return entry.Position.Digest == BinaryPrimitives.ReadUInt64BigEndian(stored.Span[1..]);
    }

    private static bool TryCount(ReadOnlySpan<byte> batch, out int count)
    {
        count = 0;
        if (batch.Length < PositionBytes) return false;
        for (var rest = batch[PositionBytes..]; rest.Length > 0; count++)
        {
            if (rest.Length < LengthBytes) return false;
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            if (length < HeadBytes || length > rest.Length - LengthBytes) return false;
            rest = rest[(LengthBytes + length)..];
        }
        return count > 0;
    }
}
