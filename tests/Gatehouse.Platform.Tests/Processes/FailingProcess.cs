using System.Globalization;

namespace Gatehouse.Platform.Processes;

/// <summary>A child process whose work fails while it is told to.</summary>
internal sealed class FailingProcess : IAsyncDisposable
{
    private readonly HttpClient _http;

    private FailingProcess(string scenario)
    {
        var number = FreePort.Next();
        var port = number.ToString(CultureInfo.InvariantCulture);
        Process = ChildProcess.Start(new(Repository.Built("tests/Gatehouse.Platform.Host", "Gatehouse.Platform.Host"), scenario, port));
        Probes = new(number);
        _http = new() { BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = Waiting.Patience };
    }

    public ChildProcess Process { get; }

    public ProbeClient Probes { get; }

    /// <summary>Starts it and waits until it works.</summary>
    public static async Task<FailingProcess> StartAsync(string scenario)
    {
        var process = new FailingProcess(scenario);
        await process.Probes.UntilAsync("/work", work => work.Body.GetProperty("rounds").GetInt32() > 2);
        return process;
    }

    /// <summary>Has every round of its work throw.</summary>
    public Task BreakAsync() => TellAsync("/break");

    public Task MendAsync() => TellAsync("/mend");

    /// <summary>The platform's own health answer: the word alone.</summary>
    public Task<string> StockHealthAsync() => _http.GetStringAsync("/health");

    /// <summary>Waits until the work has gone on for some rounds from here.</summary>
    public async Task WorksAsync()
    {
        var from = (await Probes.AskAsync("/work")).Body.GetProperty("rounds").GetInt32();
        await Probes.UntilAsync("/work", work => work.Body.GetProperty("rounds").GetInt32() > from + 2);
    }

    public Task<int> TerminateAsync()
    {
        Process.Signal(UnixSignal.Terminate);
        return Process.ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        Probes.Dispose();
        await Process.DisposeAsync();
    }

    private async Task TellAsync(string path)
    {
        try
        {
            using var answer = await _http.PostAsync(path, null);
        }
        catch (HttpRequestException)
        {
            // It was gone before it could answer.
        }
    }
}
