namespace Gatehouse.CloudRun.Lint.Shapes;

/// <summary>Did you mean.</summary>
internal static class Guess
{
    private const int LongestGuessed = 100;

    /// <summary>The word that was meant most likely; null if none is near.</summary>
    public static string? Of(string word, IEnumerable<string> words)
    {
        if (word.Length is 0 or > LongestGuessed) return null;
        var (flat, best, distance) = (Flat(word), (string?)null, int.MaxValue);
        foreach (var candidate in words)
        {
            var d = Distance(flat, Flat(candidate));
            if (d < distance) (best, distance) = (candidate, d);
        }
        return distance <= Math.Max(1, Math.Min(3, word.Length / 4)) ? best : null;
    }

    /// <summary>The one word that differs in nothing but case, dashes and underscores; null if there is none.</summary>
    public static string? Same(string word, IEnumerable<string> words)
    {
        var flat = Flat(word);
        return words.Where(candidate => Flat(candidate) == flat).Take(2).ToArray() is [var only] ? only : null;
    }

    private static string Flat(string word) => string.Concat(word.Where(static each => each is not ('-' or '_'))).ToLowerInvariant();

    /// <summary>Letters to insert, drop or exchange (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = new int[other.Length + 1];
        for (var j = 0; j <= other.Length; j++) row[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[other.Length];
    }
}
