using System.Globalization;
using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>How many columns of a terminal a text takes: wide characters take two, combining ones none.</summary>
internal static class Columns
{
    public static int Of(string text)
    {
        var columns = 0;
        foreach (var rune in text.EnumerateRunes()) columns += Of(rune);
        return columns;
    }

    /// <summary>How many characters from <paramref name="start"/> fit into that many columns; at least one whole, so that it goes on.</summary>
    public static int Fit(string text, int start, int columns)
    {
        var length = 0;
        foreach (var rune in text.AsSpan(start).EnumerateRunes())
        {
            columns -= Of(rune);
            if (columns < 0 && length > 0) break;
            length += rune.Utf16SequenceLength;
        }
        return length;
    }

    private static int Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format => 0,
        _ => IsWide(rune.Value) ? 2 : 1,
    };

    // The blocks of East Asian Width W and F, without the holes in them: too wide is only a shorter line.
    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD)
        or 0x231A or 0x231B or (>= 0x23E9 and <= 0x23F3) or (>= 0x25FD and <= 0x27BF) or (>= 0x2B1B and <= 0x2B55);
}
