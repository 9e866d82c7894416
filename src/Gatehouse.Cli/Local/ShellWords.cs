using System.Text;

namespace Gatehouse.Cli.Local;

/// <summary>Splits a command into words as a shell does: by spaces, but for what is quoted or behind a backslash. Nothing is expanded.</summary>
internal static class ShellWords
{
    /// <returns>False if a quote is not closed, or nothing follows the last backslash.</returns>
    public static bool TrySplit(string text, out IReadOnlyList<string> words)
    {
        List<string> found = [];
        words = found;
        var (word, isInWord, quote) = (new StringBuilder(), false, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            var isEscape = letter is '\\' && quote is not '\'' && (quote is '\0' || Next(text, i) is '"' or '\\' or '$' or '`');
            if (isEscape)
            {
                if (++i == text.Length) return false;
                word.Append(text[i]);
                isInWord = true;
            }
            else if (quote is not '\0')
            {
                if (letter == quote) quote = '\0';
                else word.Append(letter);
            }
            else if (letter is '"' or '\'')
            {
                (quote, isInWord) = (letter, true);
            }
            else if (!char.IsWhiteSpace(letter))
            {
                word.Append(letter);
                isInWord = true;
            }
            else if (isInWord)
            {
                found.Add(word.ToString());
                word.Clear();
                isInWord = false;
            }
        }
        if (isInWord) found.Add(word.ToString());
        return quote is '\0';
    }

    private static char Next(string text, int index) => index + 1 < text.Length ? text[index + 1] : '\0';
}
