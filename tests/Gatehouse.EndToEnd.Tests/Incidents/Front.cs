using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gatehouse.EndToEnd.Incidents;

/// <summary>
/// A front that answers as Cloud Run does with the default start-up probe, which comes too early: as soon as the instance's port takes a
/// connection, requests go to it. Those that come before wait; one that cannot be connected gets the platform's 503.
/// </summary>
internal sealed class Front : IAsyncDisposable
{
    // cloud.google.com/run/docs/troubleshooting
    private const string Malformed = "The request failed because either the HTTP response was malformed or connection to the instance had an error.";

    private static readonly TimeSpan ProbePeriod = TimeSpan.FromMilliseconds(50);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentBag<Task> _tasks = [];
    private readonly int _instance;

    private Front(int instance)
    {
        _instance = instance;
        _listener.Start();
        _tasks.Add(ProbeAsync());
        _tasks.Add(AcceptAsync());
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public static Front Of(ServerProcess instance) => new(instance.Port);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        foreach (var task in _tasks) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ProbeAsync()
    {
        while (true)
        {
            if (await ConnectAsync() is { } line)
            {
                line.Dispose();
                _started.SetResult();
                return;
            }
            await Task.Delay(ProbePeriod, _stopping.Token);
        }
    }

    private async Task AcceptAsync()
    {
        while (true) _tasks.Add(ServeAsync(await _listener.AcceptSocketAsync(_stopping.Token)));
    }

    private async Task ServeAsync(Socket client)
    {
        using var from = client;
        await _started.Task.WaitAsync(_stopping.Token);
        using var to = await ConnectAsync();
        if (to is null)
        {
            await from.SendAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 503 Service Unavailable\r\nServer: Google Frontend\r\nContent-Length: {Malformed.Length}\r\nConnection: close\r\n\r\n{Malformed}"), _stopping.Token);
            return;
        }
        await Task.WhenAny(PumpAsync(from, to), PumpAsync(to, from));
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = await from.ReceiveAsync(buffer, _stopping.Token)) > 0;) await to.SendAsync(buffer.AsMemory(0, read), _stopping.Token);
    }

    private async Task<Socket?> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, _instance, _stopping.Token);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
