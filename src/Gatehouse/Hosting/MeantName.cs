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
        return names.FirstOrDefault(name => Typos.Within(limit: 1, flat, Flat(name)));
    }

    private static string Flat(string name) => name.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
}
