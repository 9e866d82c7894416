namespace Gatehouse.Agents.Ops;

/// <summary>How an answer is cut for streaming.</summary>
internal static class TokenText
{
    /// <summary>Each word with the white space after it; together exactly the text.</summary>
    public static IEnumerable<string> Tokens(this string text)
    {
        var start = 0;
        for (var at = 1; at < text.Length; at++)
        {
            if (char.IsWhiteSpace(text[at]) || !char.IsWhiteSpace(text[at - 1]))
                continue;
            yield return text[start..at];
            start = at;
        }
        if (start < text.Length)
            yield return text[start..];
    }

    /// <summary>How many words there are.</summary>
    public static int CountTokens(this string text) => text.Tokens().Count();
}
