using System.Globalization;

namespace Gatehouse.Store;

/// <summary>What a thread is called: the beginning of its first message.</summary>
internal static class ThreadTitle
{
    public const int MaxChars = 80;

    /// <summary>As much of <paramref name="text"/> as fits, in whole text elements, so that no emoji or accent is cut in two.</summary>
    public static string Of(string text)
    {
        var length = 0;
        while (length < text.Length)
        {
            var next = StringInfo.GetNextTextElementLength(text, length);
            if (length + next > MaxChars) break;
            length += next;
        }
        return text[..length];
    }
}
