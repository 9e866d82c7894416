namespace Gatehouse.Diagnosis;

/// <summary>
/// What a reader has been told already. The words of a database stand in a node's state, in its history and in the answer made of
/// them; whoever reads them once knows them. The evidence itself is never left out.
/// </summary>
internal sealed class AlreadySaid
{
    private const int Long = 30;    // shorter words are no trouble to read again

    private readonly List<string> _told = [];

    public void Remember(string? text) => _told.Add(PlainText.Clean(text));

    /// <summary>The evidence of a hop, each once.</summary>
    public static IEnumerable<Evidence> Once(IReadOnlyList<Evidence> evidence) => evidence.Distinct();

    /// <summary>The text of evidence without what has been told.</summary>
    public string Shorten(string text)
    {
        var clean = PlainText.Clean(text);
        if (IsTold(clean)) return "as above";
        for (var at = clean.IndexOf(": ", StringComparison.Ordinal); at > 0; at = clean.IndexOf(": ", at + 1, StringComparison.Ordinal))
            if (IsTold(clean[(at + 2)..])) return clean[..at];
        Remember(clean);
        return clean;
    }

    private bool IsTold(string text) => text.Length >= Long && _told.Exists(told => told.Contains(text.TrimEnd('.'), StringComparison.Ordinal));
}
