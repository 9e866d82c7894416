using System.Text.Json;

namespace Gatehouse.EndToEnd.Harness;

/// <summary>What a server says when it is asked why.</summary>
internal static class Explained
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Asks at each change of the server's status until the five whys end at these roots and no other, each as <c>code@node</c> or <c>code</c>.</summary>
    public static async Task ByAsync(ServerProcess server, params string[] roots)
    {
        using var live = new StatusStream(server.Port);
        string[] said = [];
        try
        {
            await live.UntilAsync(async _ => (said = await RootsAsync(server)).Order(StringComparer.Ordinal).SequenceEqual(roots.Order(StringComparer.Ordinal)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            Assert.Fail($"Explained by {string.Join(", ", said)} instead of {string.Join(", ", roots)}.");
        }
    }

    /// <summary>The diagnosis in a sentence, as <c>/api/why</c> gives it now.</summary>
    public static async Task<string?> SummaryAsync(ServerProcess server)
    {
        using var report = JsonDocument.Parse(await Http.GetStringAsync(new Uri(server.Address, "/api/why")));
        return report.RootElement.GetProperty("summary").GetString();
    }

    /// <summary>The roots of the diagnosis that <c>/api/why</c> gives now.</summary>
    public static async Task<string[]> RootsAsync(ServerProcess server)
    {
        using var report = JsonDocument.Parse(await Http.GetStringAsync(new Uri(server.Address, "/api/why")));
        return [.. report.RootElement.GetProperty("roots").EnumerateArray().Select(static root =>
            root.TryGetProperty("node", out var node) && node.ValueKind is JsonValueKind.String ? $"{root.GetProperty("code").GetString()}@{node.GetString()}" : root.GetProperty("code").GetString()!)];
    }
}
