using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Gatehouse.EndToEnd.Harness;

/// <summary>How a server is started: which program, with what arguments and environment.</summary>
public sealed record ServerSetup(params string[] Arguments)
{
    /// <summary>The shipped server, or what <c>GATEHOUSE_SERVER</c> names instead.</summary>
    public string Program { get; init; } =
        Environment.GetEnvironmentVariable("GATEHOUSE_SERVER") is { Length: > 0 } named ? named : Repository.Built("src/Gatehouse.Server", "gatehouse-server");

    /// <summary>The value of <c>PORT</c>; null for a free one.</summary>
    public string? Port { get; init; }

    /// <summary>The data directory; null for a new one, which is removed at the end.</summary>
    public string? DataDirectory { get; init; }
}

/// <summary>A server of the test's own, as a child process on a free port. It is killed at the latest when it is disposed.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private static int _lastPort = Random.Shared.Next(20_000, 30_000);

    private readonly ServerSetup _setup;
    private readonly DirectoryInfo? _ownDirectory;
    private readonly Process _process;
    private readonly StringBuilder _output = new();     // guarded by itself

    private ServerProcess(ServerSetup setup)
    {
        _setup = setup;
        _ownDirectory = setup.DataDirectory is null ? Directory.CreateTempSubdirectory("gatehouse-") : null;
        DataDirectory = setup.DataDirectory ?? _ownDirectory!.FullName;
        var port = setup.Port ?? FreePort().ToString();
        Port = int.TryParse(port, out var number) ? number : 0;
        var start = new ProcessStartInfo(setup.Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = DataDirectory,
        };
        foreach (var argument in setup.Arguments.Prepend($"--Data:Directory={DataDirectory}")) start.ArgumentList.Add(argument);
        start.Environment["PORT"] = port;
        start.Environment.Remove("GATEHOUSE_SERVER");
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Port { get; }

    public string DataDirectory { get; }

    public int Id => _process.Id;

    /// <summary>What it has written, to either stream.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    /// <summary>What it has written, line by line.</summary>
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

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

    /// <summary>Starts the same server again: same port, same data directory. This one has to have ended, and keeps the directory.</summary>
    public Task<ServerProcess> AgainAsync() =>
        StartAsync(_setup with { Port = Port.ToString(), DataDirectory = DataDirectory });

    /// <summary>Ends it as a crash would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>Asks it to end (SIGTERM).</summary>
    public void Terminate() => Assert.Equal(0, Signal(_process.Id, 15));

    /// <summary>Waits for its end. Its output is complete then.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync($"http://127.0.0.1:{Port}{path}");

    /// <summary>The value of a series of <c>/metrics</c>, labels included in its name; null if there is none.</summary>
    public async Task<double?> MetricAsync(string series)
    {
        var text = await Http.GetStringAsync($"http://127.0.0.1:{Port}/metrics");
        return Metrics.Sum(text, series);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
        _ownDirectory?.Delete(recursive: true);
    }

    private async Task ReadyAsync()
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

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_output) _output.Append(line).Append('\n');
    }

    // Below the ports that outgoing connections are given, so that none of those takes it first.
    private static int FreePort()
    {
        while (true)
        {
            var port = Interlocked.Increment(ref _lastPort);
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
            try
            {
                probe.Bind(new IPEndPoint(IPAddress.IPv6Any, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken; the next one.
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Signal(int process, int signal);
}
