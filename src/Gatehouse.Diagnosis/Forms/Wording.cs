using System.Globalization;

namespace Gatehouse.Diagnosis;

/// <summary>Durations, moments, numbers and lists as people write them; the same on every machine.</summary>
internal static class Wording
{
    /// <summary><c>450 ms</c>, <c>1.2 s</c>, <c>3 min 5 s</c>, <c>2 h 3 min</c>, <c>4 d 2 h</c>: as exact as anybody reads it.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time < TimeSpan.Zero) return $"-{Duration(time == TimeSpan.MinValue ? TimeSpan.MaxValue : time.Negate())}";
        var milliseconds = (long)Math.Round(time.TotalMilliseconds);
        if (milliseconds < 1000) return Invariant($"{milliseconds} ms");
        var tenths = (long)Math.Round(time.TotalSeconds * 10);
        if (tenths < 600) return Invariant($"{tenths / 10m:0.#} s");
        var seconds = (long)Math.Round(time.TotalSeconds);
        return seconds switch
        {
            < 3600 => Two(seconds / 60, "min", seconds % 60, "s"),
            < 86_400 => Two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
            _ => Two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
        };
    }

    /// <summary><c>14:03:05</c>, with milliseconds where there are any, in UTC.</summary>
    public static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("HH:mm:ss.FFF", CultureInfo.InvariantCulture);

    /// <summary>The time alone on the day of <paramref name="near"/>; the date before it on any other.</summary>
    public static string Time(DateTimeOffset at, DateTimeOffset near) =>
        at.UtcDateTime.Date == near.UtcDateTime.Date ? Time(at) : $"{Date(at)} {Time(at)}";

    /// <summary><c>2026-11-24 14:03:05 UTC</c>.</summary>
    public static string Moment(DateTimeOffset at) => $"{Date(at)} {Time(at)} UTC";

    public static string Date(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string Date(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>1,240</c>.</summary>
    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>1 upgrade</c>, <c>3 upgrades</c>.</summary>
    public static string Count(long number, string one) => $"{Number(number)} {one}{(number is 1 ? "" : "s")}";

    /// <summary><c>a</c>, <c>a and b</c>, <c>a, b and c</c>.</summary>
    public static string List(IEnumerable<string> words)
    {
        string[] all = [.. words];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} and {all[^1]}";
    }

    /// <summary>The same with a capital letter.</summary>
    public static string Capital(string text) => text is [var first, ..] ? $"{char.ToUpperInvariant(first)}{text[1..]}" : text;

    /// <summary>The same as a sentence: with a full stop if it has no end.</summary>
    public static string Sentence(string text) => text switch
    {
        [.., not '.', '.', '.'] => text[..^1],      // a sentence that was quoted whole
        [.., '.' or '!' or '?' or ':'] or "" => text,
        _ => $"{text}.",
    };

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small is 0 ? Invariant($"{large} {largeUnit}") : Invariant($"{large} {largeUnit} {small} {smallUnit}");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
