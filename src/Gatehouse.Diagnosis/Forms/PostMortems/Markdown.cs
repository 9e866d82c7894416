using System.Buffers;
using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>
/// Any text as part of a Markdown document (GitHub's): what could be taken for markup is escaped, and only that, so that the
/// document reads well as it is, too.
/// </summary>
internal static class Markdown
{
    private static readonly SearchValues<char> LettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>One line of text.</summary>
    public static string Text(string? text)
    {
        var clean = PlainText.Clean(text);
        var escaped = new StringBuilder(clean.Length + 8);
        for (var index = 0; index < clean.Length; index++)
        {
            if (IsMarkup(clean, index)) escaped.Append('\\');
            escaped.Append(clean[index]);
        }
        return escaped.ToString();
    }

    /// <summary>Code within a line: the fence is longer than any run of backticks in it.</summary>
    public static string Code(string? text)
    {
        var clean = PlainText.Clean(text);
        if (clean.Length is 0) return "";
        var fence = new string('`', LongestRun(clean) + 1);
        var pad = clean[0] is '`' || clean[^1] is '`' ? " " : "";
        return $"{fence}{pad}{clean}{pad}{fence}";
    }

    /// <summary>A block of code, indented as a part of what is above it.</summary>
    public static string Block(string language, IEnumerable<string> lines, string indent = "")
    {
        string[] all = [.. lines];
        var fence = new string('`', Math.Max(3, all.Max(LongestRun) + 1));
        return string.Concat(all.Prepend($"{fence}{language}").Append(fence).Select(line => line.Length is 0 ? "\n" : $"{indent}{line}\n"));
    }

    /// <summary>Markdown as a cell of a table, which ends at a bar even within code.</summary>
    public static string Cell(string markdown)
    {
        var cell = new StringBuilder(markdown.Length + 4);
        var backslashes = 0;
        foreach (var c in markdown)
        {
            if (c is '|' && backslashes % 2 is 0) cell.Append('\\');
            backslashes = c is '\\' ? backslashes + 1 : 0;
            cell.Append(c);
        }
        return cell.ToString();
    }

    private static bool IsMarkup(string text, int at)
    {
        var (before, after) = (at > 0 ? text[at - 1] : ' ', at + 1 < text.Length ? text[at + 1] : ' ');
        return text[at] switch
        {
            '`' or '*' or '[' or ']' or '<' or '|' or '~' or '$' => true,
            '\\' => char.IsAscii(after) && !char.IsAsciiLetterOrDigit(after) && after is not ' ',
            '_' => !(char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after)),
            '&' => IsEntity(text.AsSpan(at + 1)),
            '#' or '>' or '=' or '+' or '-' => at is 0,
            '.' or ')' => at > 0 && after is ' ' && !text.AsSpan(0, at).ContainsAnyExceptInRange('0', '9'),
            _ => false,
        };
    }

    private static bool IsEntity(ReadOnlySpan<char> rest) =>
        rest.IndexOf(';') is > 0 and var end && (rest[0] is '#' || !rest[..end].ContainsAnyExcept(LettersAndDigits));

    private static int LongestRun(string text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c is '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return longest;
    }
}
