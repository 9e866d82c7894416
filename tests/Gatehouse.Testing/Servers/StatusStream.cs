using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Testing.Servers;

/// <summary>Follows what a server shows of itself, live: each change is a signal to look.</summary>
public sealed class StatusStream(int port) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly HttpClient _http = new()
    {
        BaseAddress = new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")),
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Looks at the status at first and at each change, until it is as it should be.</summary>
    public Task<JsonElement> UntilAsync(Func<JsonElement, bool> expected) => UntilAsync(status => Task.FromResult(expected(status)));

    /// <inheritdoc cref="UntilAsync(Func{JsonElement, bool})"/>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, Task<bool>> expected)
    {
        using var patience = new CancellationTokenSource(Patience);
        var last = "nothing";
        try
        {
            using var answer = await _http.GetAsync("/api/status/live", HttpCompletionOption.ResponseHeadersRead, patience.Token);
            using var lines = new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(patience.Token));
            while (await lines.ReadLineAsync(patience.Token) is { } line)
            {
                if (!line.StartsWith("data: ", StringComparison.Ordinal)) continue;
                last = line["data: ".Length..];
                var status = JsonElement.Parse(last);
                if (await expected(status)) return status;
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            // It is told below.
        }
        throw new TimeoutException($"The status did not become what was expected within {Patience}. Last: {last}");
    }

    public void Dispose() => _http.Dispose();
}
