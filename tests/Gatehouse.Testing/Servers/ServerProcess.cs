using System.Globalization;
using System.Net;

namespace Gatehouse.Testing.Servers;

/// <summary>
/// A server of the test's own, as a child process on a port and a data directory that stay the same when it has ended and is
/// started again. It is killed at the latest when it is disposed, or when the test program ends.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    private readonly ChildCommand _command;
    private readonly DirectoryInfo? _ownDirectory;
    private ChildProcess _process;

    private ServerProcess(ServerSetup setup)
    {
        _ownDirectory = setup.DataDirectory is null ? Directory.CreateTempSubdirectory("gatehouse-") : null;
        DataDirectory = setup.DataDirectory ?? _ownDirectory!.FullName;
        var port = setup.Port ?? FreePort.Next().ToString(CultureInfo.InvariantCulture);
        Port = int.TryParse(port, CultureInfo.InvariantCulture, out var number) ? number : 0;
        _command = new(setup.Program, [$"--Data:Directory={DataDirectory}", .. setup.Arguments])
        {
            WorkingDirectory = DataDirectory,
            Environment = new Dictionary<string, string?>(setup.Environment) { ["PORT"] = port, ["GATEHOUSE_SERVER"] = null },
        };
        _process = ChildProcess.Start(_command);
    }

    public int Port { get; }

    public Uri Address => new($"http://localhost:{Port}/");

    public string DataDirectory { get; }

    public string DatabaseFile => Path.Combine(DataDirectory, "gatehouse.db");

    public int Id => _process.Id;

    /// <summary>Memory that it has in use now.</summary>
    public long ResidentBytes
    {
        get
        {
            using var process = System.Diagnostics.Process.GetProcessById(Id);
            return process.WorkingSet64;
        }
    }

    /// <summary>What it has written since it was last started, to either stream.</summary>
    public string Output => _process.Output;

    /// <summary>What it has written since it was last started, line by line.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether it has been killed once, so that a client may have found nobody there.</summary>
    public bool WasKilled { get; private set; }

    /// <summary>Starts a server and waits until it is ready.</summary>
    public static Task<ServerProcess> StartAsync(params string[] arguments) => StartAsync(new ServerSetup(arguments));

    /// <inheritdoc cref="StartAsync(string[])"/>
    public static async Task<ServerProcess> StartAsync(ServerSetup setup)
    {
        var server = Launch(setup);
        try
        {
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a server without waiting for anything.</summary>
    public static ServerProcess Launch(ServerSetup setup) => new(setup);

    /// <summary>Starts the server, which has ended, again, without waiting for anything.</summary>
    public void LaunchAgain()
    {
        if (!_process.HasExited) throw new InvalidOperationException("The server has not ended.");
        _process = ChildProcess.Start(_command);
    }

    /// <summary>Starts the server, which has ended, again, and waits until it is ready.</summary>
    /// <returns>This server.</returns>
    public async Task<ServerProcess> AgainAsync()
    {
        LaunchAgain();
        await ReadyAsync();
        return this;
    }

    /// <summary>Waits until it takes connections.</summary>
    public Task ListeningAsync() => Listening.WaitAsync(Port, _process, Patience);

    /// <summary>Waits until it is ready.</summary>
    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The server ended with {await ExitAsync()}: {Output}");
            try
            {
                using var answer = await Http.GetAsync($"http://127.0.0.1:{Port}/startup", patience.Token);
                if (answer.StatusCode is HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The server was not ready in {Patience}: {Output}");
            }
            await Task.Delay(25);
        }
    }

    /// <summary>Ends it as a crash would, and waits until it is gone.</summary>
    public Task KillAsync()
    {
        WasKilled = true;
        return _process.KillAsync();
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => Signal(UnixSignal.Terminate);

    /// <inheritdoc cref="ChildProcess.Signal"/>
    public void Signal(UnixSignal signal) => _process.Signal(signal);

    /// <inheritdoc cref="ChildProcess.ExitAsync"/>
    public Task<int> ExitAsync() => _process.ExitAsync();

    /// <summary>Waits until it has logged this.</summary>
    public Task SaysAsync(string words) => _process.SaysAsync(words);

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync($"http://127.0.0.1:{Port}{path}");

    public async Task<HttpStatusCode> GetStatusAsync(string path)
    {
        using var answer = await GetAsync(path);
        return answer.StatusCode;
    }

    /// <summary>The value of a series of <c>/metrics</c>, labels included in its name; null if there is none.</summary>
    public async Task<double?> MetricAsync(string series)
    {
        var text = await Http.GetStringAsync($"http://127.0.0.1:{Port}/metrics");
        return Metrics.Sum(text, series);
    }

    /// <summary>Says how the node <c>world</c> of a host is that was started with <c>--World:File=world</c>: <c>up</c>, <c>down</c> or <c>fatal</c>.</summary>
    public void SetWorld(string state)
    {
        // In one step: the host reads at any moment.
        var file = Path.Combine(DataDirectory, "world");
        File.WriteAllText($"{file}.next", state);
        File.Move($"{file}.next", file, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (_ownDirectory is { } directory && Directory.Exists(directory.FullName)) directory.Delete(recursive: true);
    }
}
