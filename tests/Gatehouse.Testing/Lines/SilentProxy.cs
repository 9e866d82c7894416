using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Lines;

/// <summary>
/// A TCP line to a local server that goes silent without a break: what is sent into a silenced connection vanishes, and the ends
/// learn nothing. New connections may be led to another server.
/// </summary>
public sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();                    // guards all below
    private readonly HashSet<Task> _connections = [];
    private readonly HashSet<int> _silenced = [];
    private readonly Task _accepting;
    private int _accepted;

    private SilentProxy(int target)
    {
        Target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>The port that new connections lead to.</summary>
    public int Target { get; set; }

    /// <summary>Connections so far.</summary>
    public int Accepted
    {
        get { lock (_gate) return _accepted; }
    }

    public static SilentProxy Start(int target) => new(target);

    /// <summary>Silences a connection, both ways, for good.</summary>
    /// <param name="number">Its number, from 0.</param>
    public void Silence(int number)
    {
        lock (_gate) _silenced.Add(number);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] open;
        lock (_gate) open = [.. _connections];
        await Task.WhenAll(open);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                lock (_gate)
                {
                    _connections.RemoveWhere(done => done.IsCompleted);
                    _connections.Add(ServeAsync(client, _accepted++));
                }
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task ServeAsync(Socket client, int number)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, Target, ended.Token);
                await Task.WhenAny(PassAsync(client, server, number, ended.Token), PassAsync(server, client, number, ended.Token));
                await ended.CancelAsync();
            }
            catch (Exception broken) when (broken is SocketException or OperationCanceledException)
            {
                // The server is away.
            }
    }

    private async Task PassAsync(Socket from, Socket to, int number, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
                if (!IsSilenced(number))
                    for (var sent = 0; sent < count;)
                        sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is cut too.
        }
    }

    private bool IsSilenced(int number)
    {
        lock (_gate) return _silenced.Contains(number);
    }
}
