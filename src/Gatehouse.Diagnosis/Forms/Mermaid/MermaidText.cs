using System.Globalization;
using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>
/// Any text as part of a Mermaid diagram. Mermaid reads <c>#59;</c> as the character 59, in flowcharts and in sequence diagrams,
/// in labels, names, messages and notes. So all that its grammars, its Markdown, its icons or its formulas could take for
/// something else is written that way. Checked with the real parser and renderer: what is drawn is what was said.
/// </summary>
internal static class MermaidText
{
    private const string ZeroWidthSpace = "#8203;";
    private const string AlwaysPlain = " ,()'?/!";

    /// <summary>One line, cut to that many characters.</summary>
    public static string Escape(string? text, int most) => Escape(PlainText.Cut(text, most));

    /// <summary>The same in lines of some 40 characters each, for where Mermaid does not break lines itself.</summary>
    public static string EscapeBroken(string? text, int most, int line = 40)
    {
        var lines = new List<string>();
        var current = "";
        foreach (var word in PlainText.Cut(text, most).Split(' '))
        {
            if (current.Length > 0 && current.Length + 1 + word.Length > line)
            {
                lines.Add(current);
                current = word;
            }
            else current = current.Length is 0 ? word : $"{current} {word}";
        }
        lines.Add(current);
        return string.Join("<br/>", lines.Select(part => Escape(part)));
    }

    private static string Escape(string clean)
    {
        var escaped = new StringBuilder(clean.Length + 16);
        for (var index = 0; index < clean.Length; index++)
        {
            if (IsPlain(clean, index)) escaped.Append(clean[index]);
            else escaped.Append('#').Append(((int)clean[index]).ToString(CultureInfo.InvariantCulture)).Append(';');
            if (IsReadAfterAll(clean.AsSpan(index))) escaped.Append(ZeroWidthSpace);
        }
        return escaped.ToString();
    }

    /// <summary>In a label of several lines Mermaid looks for line breaks, formulas and icons once more, after it has put the characters in.</summary>
    private static bool IsReadAfterAll(ReadOnlySpan<char> rest) => rest.StartsWith("\\n") || rest.StartsWith("$$") || rest.StartsWith(":fa-");

    private static bool IsPlain(string text, int at)
    {
        var c = text[at];
        if (c > 127) return true;
        if (char.IsAsciiDigit(c)) return true;
        if (char.IsAsciiLetter(c)) return !BeginsEnd(text, at);
        var (before, after) = (at > 0 ? text[at - 1] : ' ', at + 1 < text.Length ? text[at + 1] : ' ');
        return c switch
        {
            ')' or '.' => after is not ' ' || !text.AsSpan(0, at).ContainsOnlyDigits(),             // "1. " begins a list
            '_' or ':' or '-' => char.IsAsciiLetterOrDigit(before) && char.IsAsciiLetterOrDigit(after) && !text.AsSpan(at + 1).StartsWith("fa-"),
            _ => AlwaysPlain.Contains(c),
        };
    }

    /// <summary>The word <c>end</c> ends a block in every diagram, wherever it stands.</summary>
    private static bool BeginsEnd(string text, int at) =>
        text.AsSpan(at).StartsWith("end", StringComparison.OrdinalIgnoreCase)
        && (at is 0 || !char.IsAsciiLetterOrDigit(text[at - 1]))
        && (at + 3 == text.Length || !char.IsAsciiLetterOrDigit(text[at + 3]));

    private static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
