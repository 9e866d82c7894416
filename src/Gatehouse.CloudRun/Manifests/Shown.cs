namespace Gatehouse.CloudRun.Manifests;

/// <summary>Words of a file as they may stand in a message: short, on one line, and harmless to a terminal.</summary>
internal static class Shown
{
    private const int Longest = 80;

    public static string Of(string text)
    {
        var safe = string.Concat(text.Take(Longest).Select(static each => char.IsControl(each) || char.IsSurrogate(each) || each is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') ? '?' : each));
        return text.Length > Longest ? $"{safe}…" : safe;
    }
}
