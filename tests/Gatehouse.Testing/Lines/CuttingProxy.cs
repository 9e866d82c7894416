using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Lines;

/// <summary>
/// A TCP line to a local server that breaks. Each connection is given a number of bytes that may come from the server; when they
/// have come, it is reset, wherever that is: in the handshake, in a frame, in a character.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly HashSet<Task> _connections = [];       // guarded by itself
    private readonly Func<int, long> _allowance;
    private readonly int _target;
    private readonly Task _accepting;
    private int _accepted;

    private CuttingProxy(int target, Func<int, long> allowance)
    {
        _target = target;
        _allowance = allowance;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections so far.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Called with what came from the server and was passed on, and the number of its connection.</summary>
    public Action<int, ReadOnlyMemory<byte>>? Seen { get; init; }

    /// <param name="allowance">For the number of a connection, from 0: after how many bytes it is cut.</param>
    public static CuttingProxy Start(int target, Func<int, long> allowance, Action<int, ReadOnlyMemory<byte>>? seen = null) =>
        new(target, allowance) { Seen = seen };

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] open;
        lock (_connections) open = [.. _connections];
        await Task.WhenAll(open);
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                var connection = ServeAsync(client, Interlocked.Increment(ref _accepted) - 1);
                lock (_connections)
                {
                    _connections.RemoveWhere(done => done.IsCompleted);
                    _connections.Add(connection);
                }
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task ServeAsync(Socket client, int number)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, ended.Token);
                var up = PassAsync(client, server, long.MaxValue, null, ended.Token);
                var down = PassAsync(server, client, _allowance(number), Seen is null ? null : bytes => Seen(number, bytes), ended.Token);
                await Task.WhenAny(up, down);
                await ended.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception broken) when (broken is SocketException or OperationCanceledException)
            {
                // Lines break; this one is for that.
            }
            client.LingerState = server.LingerState = new(enable: true, seconds: 0);        // a reset, not an orderly end
        }
    }

    private static async Task PassAsync(Socket from, Socket to, long allowance, Action<ReadOnlyMemory<byte>>? seen, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (allowance > 0)
            {
                var count = await from.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, allowance)), cancellationToken);
                if (count == 0) return;
                allowance -= count;
                seen?.Invoke(buffer.AsMemory(0, count));
                for (var sent = 0; sent < count;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), cancellationToken);
            }
        }
        catch (Exception broken) when (broken is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is cut too.
        }
    }
}
