using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gatehouse.Testing.Servers;

/// <summary>Asks a process for its probes, as a platform does.</summary>
public sealed class ProbeClient(int port) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient _http = new()
    {
        BaseAddress = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        Timeout = TimeSpan.FromSeconds(30),
    };

    public async Task<ProbeReport> AskAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return new((int)answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Asks until the answer is as it should be; a refused connection is no answer yet.</summary>
    public async Task<ProbeReport> UntilAsync(string path, Func<ProbeReport, bool> expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        var last = "no answer";
        while (!patience.IsCancellationRequested)
        {
            try
            {
                var report = await AskAsync(path);
                if (expected(report)) return report;
                last = report.ToString();
            }
            catch (HttpRequestException refused)
            {
                last = refused.Message;
            }
            await Task.Delay(Rest);
        }
        throw new TimeoutException($"{path} did not become what was expected within {Patience}. Last: {last}");
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>One answer of a probe: its HTTP status and what it says of each node.</summary>
public sealed record ProbeReport(int Status, JsonElement Body)
{
    /// <summary>The nodes that it tells of.</summary>
    public IReadOnlyList<string> Nodes =>
        Body.TryGetProperty("nodes", out var nodes) ? [.. nodes.EnumerateArray().Select(node => node.GetProperty("name").GetString()!)] : [];

    public string? StateOf(string node) => Field(node, "state")?.GetString();

    public string? ReasonOf(string node) => Field(node, "reason")?.GetString();

    public IReadOnlyList<string> WaitingOn(string node) =>
        Field(node, "waitingOn") is { } names ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];

    public override string ToString() => $"{Status} {Body.GetRawText()}";

    private JsonElement? Field(string node, string field)
    {
        if (!Body.TryGetProperty("nodes", out var nodes)) return null;
        foreach (var one in nodes.EnumerateArray())
            if (one.GetProperty("name").GetString() == node) return one.TryGetProperty(field, out var value) ? value : null;
        return null;
    }
}
