using System.Text;

namespace Gatehouse.Agents.Ops;

/// <summary>How numbers and names are put into a sentence.</summary>
internal static class Wording
{
    public static string Count(long count, string one, string? many = null) =>
        FormattableString.Invariant($"{count:N0} {(count == 1 ? one : many ?? one + "s")}");

    public static string Ms(double milliseconds) => milliseconds < 10_000
        ? FormattableString.Invariant($"{milliseconds:N0} ms")
        : Seconds(milliseconds / 1000);

    public static string Seconds(double seconds) => seconds switch
    {
        < 10 => FormattableString.Invariant($"{seconds:0.##} s"),
        < 120 => FormattableString.Invariant($"{seconds:0.#} s"),
        < 7200 => FormattableString.Invariant($"{seconds / 60:0.#} min"),
        < 172_800 => FormattableString.Invariant($"{seconds / 3600:0.#} h"),
        _ => FormattableString.Invariant($"{seconds / 86_400:0.#} days"),
    };

    public static string Megabytes(long bytes) => FormattableString.Invariant($"{bytes / 1_048_576.0:N1} MiB");

    public static string Names(IEnumerable<string> names, string last = "and")
    {
        string[] quoted = [.. names.Select(name => $"`{name}`")];
        return quoted switch
        {
            [] => "nothing",
            [var one] => one,
            _ => $"{string.Join(", ", quoted[..^1])} {last} {quoted[^1]}",
        };
    }

    /// <summary>One line of somebody else's text, bounded, so that it cannot break the Markdown around it.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(text.Length).Append(text).Replace("\r", " ").Replace("\n", " ").ToString().Trim();
        return line.Length > 300 ? line[..300] + "…" : line;
    }
}
