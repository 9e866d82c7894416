using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text;

namespace Gatehouse.Browser.Tests;

/// <summary>The shipped server, or the test host, as a process, on a port and a data directory of its own that stay the same when it is killed and started again.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string ReadyLine = "Readiness gained";
    private const string ListeningLine = "Now listening on";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly string _directory = Directory.CreateTempSubdirectory("gatehouse-browser-").FullName;
    private readonly string _binary;
    private readonly string[] _arguments;
    private Process? _process;

    private ServerProcess(string binary, params string[] arguments)
    {
        (_binary, _arguments) = (binary, arguments);
        Port = FreePort();
    }

    public int Port { get; }

    public Uri Address => new($"http://localhost:{Port}/");

    public string DatabaseFile => Path.Combine(_directory, "gatehouse.db");

    /// <summary>Whether it has been killed, so that a browser may have found nobody there.</summary>
    public bool WasKilled { get; private set; }

    private string WorldFile => Path.Combine(_directory, "world");

    /// <summary>Starts a server whose built-in agent speaks at the given pace, and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartAsync(double tokensPerSecond)
    {
        var server = new ServerProcess(
            Environment.GetEnvironmentVariable("GATEHOUSE_SERVER") ?? Built("ServerBinary"),
            string.Create(CultureInfo.InvariantCulture, $"--Ops:TokensPerSecond={tokensPerSecond}"));
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Starts a host with a node <c>world</c>, which is up until <see cref="SetWorld"/> says otherwise, and waits until it is ready.</summary>
    public static async Task<ServerProcess> StartWithWorldAsync()
    {
        var server = new ServerProcess(Built("HostBinary"), "--Logging:LogLevel:Default=Information");
        server.SetWorld(up: true);
        await server.StartAgainAsync();
        return server;
    }

    public void SetWorld(bool up) => File.WriteAllText(WorldFile, up ? "up" : "down");

    /// <summary>Starts the server that has been killed, and waits until it is ready.</summary>
    public Task StartAgainAsync() => StartAsync(ReadyLine);

    /// <summary>Starts the server that has been killed, and waits until it listens.</summary>
    public Task BeginToStartAsync() => StartAsync(ListeningLine);

    private async Task StartAsync(string awaitedLine)
    {
        var start = new ProcessStartInfo(_binary)
        {
            ArgumentList = { $"--Data:Directory={_directory}", $"--World:File={WorldFile}" },
            Environment = { ["PORT"] = Port.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in _arguments) start.ArgumentList.Add(argument);
        var said = new StringBuilder();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        void Hear(object sender, DataReceivedEventArgs line)
        {
            lock (said) said.AppendLine(line.Data);
            if (line.Data?.Contains(awaitedLine, StringComparison.Ordinal) == true) ready.TrySetResult();
        }
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException("The server ended before it was ready."));
        process.Start();
        _process?.Dispose();
        _process = process;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await ready.Task.WaitAsync(StartLimit);
        }
        catch (Exception failed)
        {
            lock (said) throw new InvalidOperationException($"{failed.Message} It said:\n{said}", failed);
        }
    }

    /// <summary><c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        WasKilled = true;
        await EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _process?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task EndAsync()
    {
        if (_process is not { HasExited: false } process) return;
        process.Kill();
        await process.WaitForExitAsync();
    }

    private static string Built(string name) =>
        typeof(ServerProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(each => each.Key == name).Value!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
