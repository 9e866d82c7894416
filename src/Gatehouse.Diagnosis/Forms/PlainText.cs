using System.Globalization;
using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>
/// Texts of a report come from databases, brokers and platforms. What they hold besides words (line breaks, terminal escapes,
/// marks that turn the direction of writing, broken surrogates) is taken out before any form shows them.
/// </summary>
internal static class PlainText
{
    private const int ZeroWidthJoiner = 0x200D;     // the only invisible character that is part of what is seen: it joins emoji

    /// <summary>One line: white space of any kind is one space, and nothing is invisible.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var clean = new StringBuilder(text.Length);
        var isGap = false;
        foreach (var rune in text.EnumerateRunes())     // a broken surrogate comes as U+FFFD
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune)) isGap = true;
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format && rune.Value != ZeroWidthJoiner) continue;
            else
            {
                if (isGap && clean.Length > 0) clean.Append(' ');
                isGap = false;
                clean.Append(rune.ToString());
            }
        }
        return clean.ToString();
    }

    /// <summary>The lines of a command, each clean but for its indentation.</summary>
    public static IEnumerable<string> Lines(string command) =>
        command.ReplaceLineEndings("\n").Split('\n')
            .Select(line => line[..(line.Length - line.TrimStart(' ').Length)] + Clean(line))
            .Where(line => line.Length > 0);

    /// <summary>Clean, and at most that many characters: the end gives way to an ellipsis, at a word where one is near.</summary>
    public static string Cut(string? text, int most)
    {
        var clean = Clean(text);
        if (clean.Length <= most) return clean;
        var end = most - 1;
        var space = clean.LastIndexOf(' ', end);
        if (space > most * 3 / 4) end = space;
        else if (char.IsLowSurrogate(clean[end])) end--;
        return $"{clean[..end]}…";
    }
}
