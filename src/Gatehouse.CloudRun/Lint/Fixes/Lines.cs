namespace Gatehouse.CloudRun.Lint.Fixes;

/// <summary>Lines of a text, by index.</summary>
internal static class Lines
{
    /// <summary>The index at which the line of this index begins.</summary>
    public static int StartOf(string text, int index) => index is 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;

    /// <summary>The index of the line's end, before its line break.</summary>
    public static int EndOf(string text, int index)
    {
        var end = text.IndexOf('\n', index);
        if (end < 0) return text.Length;
        return end > index && text[end - 1] is '\r' ? end - 1 : end;
    }

    /// <summary>The index of the next line; the text's length if there is none.</summary>
    public static int NextOf(string text, int index) => text.IndexOf('\n', index) is >= 0 and var end ? end + 1 : text.Length;

    public static string BreakOf(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    public static bool IsBlank(ReadOnlySpan<char> part) => part.Trim(" \t").IsEmpty;
}
