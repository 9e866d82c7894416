using System.Buffers;
using System.Text;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Any string as a text that PostgreSQL can hold. It has no NUL, so that one is written as U+0010 (whose name is "data link
/// escape") and "0"; U+0010 itself is written twice. Half a surrogate pair becomes U+FFFD, as it does in UTF-8 everywhere.
/// </summary>
internal static class EscapedText
{
    private const char Escape = '\u0010';

    private static readonly SearchValues<char> Special = SearchValues.Create(
        [.. "\0\u0010", .. Enumerable.Range(0xD800, 0x800).Select(code => (char)code)]);

    public static string Write(string text)
    {
        var next = text.AsSpan().IndexOfAny(Special);
        if (next < 0) return text;
        var escaped = new StringBuilder(text.Length + 16);
        var rest = text.AsSpan();
        while (next >= 0)
        {
            escaped.Append(rest[..next]);
            rest = rest[next..];
            rest = rest[AppendEscaped(escaped, rest)..];
            next = rest.IndexOfAny(Special);
        }
        return escaped.Append(rest).ToString();
    }

    public static string Read(string stored)
    {
        var next = stored.IndexOf(Escape, StringComparison.Ordinal);
        if (next < 0) return stored;
        var text = new StringBuilder(stored.Length);
        var from = 0;
        while (next >= 0 && next + 1 < stored.Length)
        {
            text.Append(stored, from, next - from).Append(stored[next + 1] == '0' ? '\0' : Escape);
            from = next + 2;
            next = stored.IndexOf(Escape, from);
        }
        return text.Append(stored, from, stored.Length - from).ToString();
    }

    // The length of what was appended, in the original.
    private static int AppendEscaped(StringBuilder escaped, ReadOnlySpan<char> special)
    {
        if (special is [var high, var low, ..] && char.IsSurrogatePair(high, low))
        {
            escaped.Append(special[..2]);
            return 2;
        }
        if (special[0] is '\0') escaped.Append(Escape).Append('0');
        else if (special[0] is Escape) escaped.Append(Escape).Append(Escape);
        else escaped.Append('\uFFFD');
        return 1;
    }
}
