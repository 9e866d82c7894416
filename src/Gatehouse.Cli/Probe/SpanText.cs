using System.Globalization;

namespace Gatehouse.Cli.Probe;

/// <summary>Times as people write and read them.</summary>
internal static class SpanText
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary><c>500ms</c>, <c>2.5s</c>, <c>1m</c>, or a bare number of seconds; from 0 to a day.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        var (number, seconds) = text switch
        {
            [.. var before, 'm', 's'] => (before, 0.001),
            [.. var before, 's'] => (before, 1d),
            [.. var before, 'm'] => (before, 60d),
            _ => (text, 1d),
        };
        if (!double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)) return false;
        if (!(count * seconds <= Longest.TotalSeconds)) return false;
        span = TimeSpan.FromSeconds(count * seconds);
        return true;
    }

    public static string Of(TimeSpan span) => span.TotalMilliseconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.00} ms"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00} s"),
    };

    /// <summary>For a limit that was given: without what it does not say.</summary>
    public static string OfLimit(TimeSpan span) => span < TimeSpan.FromSeconds(1)
        ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0.###} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.###} s");
}
