using System.Globalization;

namespace Gatehouse.Cli.Probe;

/// <summary>The head of an HTTP/1 answer: status line and headers.</summary>
internal sealed record HttpHead(bool IsHttp11, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>All values of a header, joined as HTTP allows; null if it is absent.</summary>
    public string? this[string name]
    {
        get
        {
            var values = Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).ToList();
            return values.Count is 0 ? null : string.Join(", ", values);
        }
    }

    /// <summary>Whether a header's list contains this word.</summary>
    public bool Lists(string name, string word) =>
        this[name]?.Split(',', StringSplitOptions.TrimEntries).Contains(word, StringComparer.OrdinalIgnoreCase) is true;

    /// <summary>After how long the answer says to come back: seconds, or a date, which is read by the peer's own clock where it shows it.</summary>
    public TimeSpan? RetryAfter(TimeProvider clock)
    {
        if (this["Retry-After"] is not { } text) return null;
        if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return TimeSpan.FromSeconds(seconds);
        if (!TryReadDate(text, out var until)) return null;
        var now = this["Date"] is { } date && TryReadDate(date, out var theirs) ? theirs : clock.GetUtcNow();
        return until > now ? until - now : TimeSpan.Zero;
    }

    /// <summary>The status line and the header lines, without the empty one.</summary>
    public static HttpHead Parse(IReadOnlyList<string> lines)
    {
        // HTTP/1.1 101 Switching Protocols
        var line = lines[0];
        if (!(line is ['H', 'T', 'T', 'P', '/', '1', '.', '0' or '1', ' ', _, _, _, ..] && (line.Length is 12 || line[12] is ' ')
            && int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status >= 100))
            throw LayerException.Malformed("the status line is not one of HTTP/1.1");
        return new(line[7] is '1', status, [.. lines.Skip(1).Select(ParseHeader)]);
    }

    private static KeyValuePair<string, string> ParseHeader(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || line.AsSpan(0, colon).IndexOfAny(' ', '\t') >= 0) throw LayerException.Malformed("a line of the head is no header");
        return new(line[..colon], line[(colon + 1)..].Trim());
    }

    private static bool TryReadDate(string text, out DateTimeOffset date) =>
        DateTimeOffset.TryParseExact(text, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date);
}
