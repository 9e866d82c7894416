using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Lines;

/// <summary>
/// A TCP line to a local server with faults that its ends do not see: a silenced connection loses what is sent into it, and all
/// connections can be led to another server, the open ones between two requests, as a proxy of requests would.
/// </summary>
public sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();                    // guards all below
    private readonly List<Connection> _connections = [];
    private readonly List<Task> _served = [];
    private readonly Task _accepting;

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
        get { lock (_gate) return _connections.Count; }
    }

    public static SilentProxy Start(int target) => new(target);

    /// <summary>Silences a connection, both ways, for good.</summary>
    /// <param name="number">Its number, from 0.</param>
    public void Silence(int number)
    {
        lock (_gate) _connections[number].IsSilent = true;
    }

    /// <summary>Leads all connections to another server, also those that are open.</summary>
    public async Task LeadAsync(int target)
    {
        Target = target;
        Connection[] all;
        lock (_gate) all = [.. _connections];
        foreach (var connection in all) await connection.LeadAsync(target, _stopping.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_served);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                var connection = new Connection(await _listener.AcceptSocketAsync(_stopping.Token));
                lock (_gate) _connections.Add(connection);
                _served.Add(connection.ServeAsync(Target, _stopping.Token));
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private sealed class Connection(Socket client)
    {
        private volatile Socket? _server;

        public volatile bool IsSilent;

        public async Task LeadAsync(int target, CancellationToken cancellationToken)
        {
            if (_server is not { } before) return;
            _server = await ConnectAsync(target, cancellationToken);
            before.Dispose();
        }

        public async Task ServeAsync(int target, CancellationToken stopping)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            using (client)
                try
                {
                    client.NoDelay = true;
                    _server = await ConnectAsync(target, ended.Token);
                    await Task.WhenAny(UpAsync(ended.Token), DownAsync(ended.Token));
                    await ended.CancelAsync();
                }
                catch (Exception broken) when (broken is SocketException or OperationCanceledException)
                {
                    // The server is away.
                }
                finally
                {
                    _server?.Dispose();
                    _server = null;
                }
        }

        private static async Task<Socket> ConnectAsync(int target, CancellationToken cancellationToken)
        {
            var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await server.ConnectAsync(IPAddress.Loopback, target, cancellationToken);
            return server;
        }

        private async Task UpAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await client.ReceiveAsync(buffer, cancellationToken) is > 0 and var count)
                    if (!IsSilent) await SendAsync(_server!, buffer.AsMemory(0, count), cancellationToken);
            }
            catch (Exception broken) when (broken is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The other side is cut too.
            }
        }

        private async Task DownAsync(CancellationToken cancellationToken)
        {
            var buffer = new byte[16 * 1024];
            while (_server is { } server)
            {
                var count = 0;
                try
                {
                    count = await server.ReceiveAsync(buffer, cancellationToken);
                    if (count > 0 && !IsSilent) await SendAsync(client, buffer.AsMemory(0, count), cancellationToken);
                }
                catch (Exception broken) when (broken is SocketException or OperationCanceledException or ObjectDisposedException)
                {
                    if (cancellationToken.IsCancellationRequested) return;
                }
                if (count == 0 && _server == server) return;        // it has not been led elsewhere: it has ended
            }
        }

        private static async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
        {
            while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, cancellationToken)..];
        }
    }
}
