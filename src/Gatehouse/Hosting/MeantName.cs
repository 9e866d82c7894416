namespace Gatehouse.Hosting;

/// <summary>
/// Finds the name that was meant by one that nobody knows. Messages show the name that there is and never what was written, which may be
/// a part of a password.
/// </summary>
internal static class MeantName
{
    /// <returns>The first name that differs by one slip of the hand; null if there is none.</returns>
    public static string? Of(string written, IEnumerable<string> names)
    {
        var flat = Flat(written);
        return names.FirstOrDefault(name => IsNear(flat, Flat(name)));
    }

    // One letter left out, added or exchanged, or two that have changed places.
    private static bool IsNear(string written, string name)
    {
        var same = written.AsSpan().CommonPrefixLength(name);
        var (one, other) = (written[same..], name[same..]);
        while (one.Length > 0 && other.Length > 0 && one[^1] == other[^1]) (one, other) = (one[..^1], other[..^1]);
        return (one.Length <= 1 && other.Length <= 1) || (one.Length == 2 && other.Length == 2 && one[0] == other[1] && one[1] == other[0]);
    }

    private static string Flat(string name) => name.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
}
