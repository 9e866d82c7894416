using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Bench.Servers;

/// <summary>A server in a process of its own, with a data directory of its own, until it is disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly string _name;
    private readonly Process _process;
    private readonly string? _data;

    private ServerProcess(string name, Process process, string? data, int port, long startedAt)
    {
        _name = name;
        _process = process;
        _data = data;
        Port = port;
        StartedAt = startedAt;
    }

    public int Id => _process.Id;

    public int Port { get; }

    /// <summary>Timestamp just before exec.</summary>
    public long StartedAt { get; }

    /// <summary>Starts a server and waits until <c>/startup</c> answers 200.</summary>
    public static async Task<ServerProcess> StartAsync(ServerKind kind, string built, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = Launch(kind, built, environment);
        try
        {
            await server.ReadyAsync();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Starts a server and waits for nothing.</summary>
    /// <param name="environment">Variables that it gets besides.</param>
    public static ServerProcess Launch(ServerKind kind, string built, IReadOnlyDictionary<string, string>? environment = null)
    {
        var port = FreePort();
        var data = kind.KeepsData ? Directory.CreateTempSubdirectory("gatehouse-bench-").FullName : null;
        var command = kind.Command.Contains('/', StringComparison.Ordinal) ? Path.Combine(built, kind.Command) : kind.Command;
        var start = new ProcessStartInfo(command, kind.Arguments) { WorkingDirectory = built, RedirectStandardOutput = true };
        if (data is not null) start.ArgumentList.Add($"--Data:Directory={data}");
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        var startedAt = Stopwatch.GetTimestamp();
        var server = new ServerProcess(kind.Name, Process.Start(start)!, data, port, startedAt);
        server._process.OutputDataReceived += static (_, _) => { };
        server._process.BeginOutputReadLine();
        return server;
    }

    /// <summary>Waits until <c>/startup</c> answers 200; asks every millisecond.</summary>
    /// <exception cref="InvalidOperationException">It has ended, or should have started by now.</exception>
    public async Task ReadyAsync()
    {
        while (await Probe.AskAsync(Port, "/startup") != 200)
        {
            ThrowIfLate();
            await Task.Delay(1);
        }
    }

    /// <exception cref="InvalidOperationException">It has ended, or should have started by now.</exception>
    public void ThrowIfLate()
    {
        if (_process.HasExited || Stopwatch.GetElapsedTime(StartedAt) > StartLimit)
            throw new InvalidOperationException($"{_name} did not start.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_data is not null) Directory.Delete(_data, recursive: true);
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
