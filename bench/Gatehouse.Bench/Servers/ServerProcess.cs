using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.Bench.Servers;

/// <summary>A server in a process of its own, with a data directory of its own, until it is disposed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly byte[] Probe = "GET /startup HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly Process _process;
    private readonly string? _data;

    private ServerProcess(Process process, string? data, int port, long startedAt)
    {
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
    public static async Task<ServerProcess> StartAsync(ServerKind kind, string built)
    {
        var port = FreePort();
        var data = kind.KeepsData ? Directory.CreateTempSubdirectory("gatehouse-bench-").FullName : null;
        var command = kind.Command.Contains('/', StringComparison.Ordinal) ? Path.Combine(built, kind.Command) : kind.Command;
        var start = new ProcessStartInfo(command, kind.Arguments) { WorkingDirectory = built, RedirectStandardOutput = true };
        if (data is not null) start.ArgumentList.Add($"--Data:Directory={data}");
        start.Environment["PORT"] = port.ToString(CultureInfo.InvariantCulture);
        var startedAt = Stopwatch.GetTimestamp();
        var server = new ServerProcess(Process.Start(start)!, data, port, startedAt);
        server._process.OutputDataReceived += static (_, _) => { };
        server._process.BeginOutputReadLine();
        try
        {
            while (!await server.IsReadyAsync())
            {
                if (server._process.HasExited || Stopwatch.GetElapsedTime(startedAt) > StartLimit)
                    throw new InvalidOperationException($"{kind.Name} did not start.");
                await Task.Delay(1);
            }
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_data is not null) Directory.Delete(_data, recursive: true);
    }

    private async Task<bool> IsReadyAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Port);
            await socket.SendAsync(Probe);
            var answer = new byte[64];
            var length = await socket.ReceiveAsync(answer);
            return Encoding.ASCII.GetString(answer, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
