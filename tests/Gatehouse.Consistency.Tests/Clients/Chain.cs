using System.Globalization;
using System.IO.Hashing;

namespace Gatehouse.Consistency.Clients;

/// <summary>
/// A position read apart from the product: <c>seq-digest</c>, where each digest is XXH3-64 over the event's bytes, seeded with the
/// digest before. An event that is not exactly the one that was appended there does not lead to the cursor that its frame names.
/// </summary>
internal readonly record struct Chain(long Seq, ulong Digest)
{
    public static Chain Parse(string cursor)
    {
        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        return new(long.Parse(cursor.AsSpan(0, dash), CultureInfo.InvariantCulture), ulong.Parse(cursor.AsSpan(dash + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    public Chain Next(ReadOnlySpan<byte> utf8) => new(Seq + 1, XxHash3.HashToUInt64(utf8, unchecked((long)Digest)));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seq}-{Digest:x16}");
}
