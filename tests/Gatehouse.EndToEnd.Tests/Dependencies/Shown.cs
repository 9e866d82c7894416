namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>All that a server shows to somebody.</summary>
internal static class Shown
{
    private static readonly string[] Paths = ["/startup", "/ready", "/health", "/api/startup", "/metrics", "/"];

    /// <summary>None of the words is in what the process has written, or in what it answers to anybody.</summary>
    public static async Task HidesAsync(this ServerProcess server, params IEnumerable<string> secrets)
    {
        var shown = new List<(string Where, string Text)> { ("output", server.Output) };
        foreach (var path in Paths)
        {
            using var answer = await server.GetAsync(path);
            shown.Add((path, $"{answer.Headers}{await answer.Content.ReadAsStringAsync()}"));
        }
        foreach (var (where, text) in shown)
            foreach (var secret in secrets)
                Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{where} shows {secret}: {text}");
    }
}
