using System.Globalization;
using System.IO.Hashing;

namespace Gatehouse.Protocol;

/// <summary>
/// Where an event stands in its thread. <see cref="Digest"/> chains every event to all before it, so two positions are
/// equal only if everything up to them is. On the wire a position is a cursor, opaque to the client.
/// </summary>
/// <param name="Seq">Number of the event, from 1; 0 is the position before the first event.</param>
/// <param name="Digest">XXH3-64 over the event's bytes, seeded with the previous digest; 0 before the first event.</param>
public readonly record struct Position(long Seq, ulong Digest)
{
    /// <summary>The position before the first event of a thread.</summary>
    public static readonly Position Start;

    /// <summary>The position of the event <paramref name="utf8"/> if it follows this one.</summary>
    public Position Next(ReadOnlySpan<byte> utf8) =>
        new(Seq + 1, XxHash3.HashToUInt64(utf8, unchecked((long)Digest)));

    /// <summary>The cursor: <c>seq-digest</c>, the digest as 16 hexadecimal digits.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}-{Digest:x16}");

    /// <summary>Reads a cursor. False for anything that <see cref="ToString"/> does not write.</summary>
    public static bool TryParse(ReadOnlySpan<char> cursor, out Position position)
    {
        position = Start;
        var dash = cursor.IndexOf('-');
        if (dash is < 1 or > 19 || cursor.Length != dash + 17
            || !long.TryParse(cursor[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || !ulong.TryParse(cursor[(dash + 1)..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digest))
            return false;
        position = new(seq, digest);
        return true;
    }
}
