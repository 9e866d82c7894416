namespace Gatehouse;

/// <summary>How far apart two words are, in letters added, missing, wrong, or swapped with their neighbour.</summary>
internal static class Typos
{
    /// <summary>Whether at most <paramref name="limit"/> typos turn <paramref name="wanted"/> into <paramref name="word"/>.</summary>
    public static bool Within(int limit, string word, string wanted)
    {
        if (Math.Abs(word.Length - wanted.Length) > limit)
            return false;

        // Optimal string alignment: rows are prefixes of word, columns of wanted; a swap looks two rows back.
        var before = new int[wanted.Length + 1];
        var above = Enumerable.Range(0, wanted.Length + 1).ToArray();
        for (var row = 1; row <= word.Length; row++)
        {
            var current = new int[wanted.Length + 1];
            current[0] = row;
            for (var column = 1; column <= wanted.Length; column++)
            {
                var wrong = word[row - 1] == wanted[column - 1] ? 0 : 1;
                current[column] = Math.Min(Math.Min(above[column], current[column - 1]) + 1, above[column - 1] + wrong);
                if (row > 1 && column > 1 && word[row - 1] == wanted[column - 2] && word[row - 2] == wanted[column - 1])
                    current[column] = Math.Min(current[column], before[column - 2] + 1);
            }
            (before, above) = (above, current);
        }
        return above[wanted.Length] <= limit;
    }
}
