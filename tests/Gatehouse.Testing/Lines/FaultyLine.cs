using System.Net;
using System.Net.Sockets;

namespace Gatehouse.Testing.Lines;

/// <summary>What is wrong with a line.</summary>
public enum LineFault
{
    None,

    /// <summary>Every piece comes late, in order.</summary>
    Delayed,

    /// <summary>Nothing comes through, in either direction, and nobody is told: packets are lost.</summary>
    Blackholed,

    /// <summary>What the client sends arrives, and nothing comes back. An end of either side is not told to the other.</summary>
    HalfOpen,

    /// <summary>New connections are reset; those that are open go on.</summary>
    Refusing,
}

/// <summary>
/// A TCP line to a local server that a test can break and mend at any time, for connections that are open as well as new ones.
/// What was under way while nothing came through arrives when the line is mended, as it does after lost packets are sent again.
/// </summary>
public sealed class FaultyLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();                    // guards all below
    private readonly HashSet<LineConnection> _open = [];
    private readonly HashSet<Task> _serving = [];
    private readonly int _target;
    private readonly Task _accepting;
    private LineFault _fault;
    private TimeSpan _delay;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FaultyLine(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Connections that are open.</summary>
    public int Open
    {
        get { lock (_gate) return _open.Count; }
    }

    public static FaultyLine To(int target) => new(target);

    /// <summary>Breaks the line.</summary>
    /// <param name="delay">For <see cref="LineFault.Delayed"/>.</param>
    public void Break(LineFault fault, TimeSpan delay = default)
    {
        lock (_gate)
        {
            (_fault, _delay) = (fault, delay);
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void Mend() => Break(LineFault.None);

    /// <summary>Resets every open connection when so many more bytes have come from the server, be that in the middle of a frame.</summary>
    public void Cut(int afterBytes = 0)
    {
        LineConnection[] open;
        lock (_gate) open = [.. _open];
        foreach (var connection in open) connection.Cut(afterBytes);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] serving;
        lock (_gate) serving = [.. _serving];
        await Task.WhenAll(serving);
        _stopping.Dispose();
    }

    /// <summary>Waits until something may pass in a direction.</summary>
    internal async Task PassableAsync(bool fromServer, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            TimeSpan delay;
            lock (_gate)
            {
                var passes = _fault is LineFault.None or LineFault.Delayed or LineFault.Refusing || _fault is LineFault.HalfOpen && !fromServer;
                (changed, delay) = (_changed.Task, passes && _fault is LineFault.Delayed ? _delay : default);
                if (passes && delay == default) return;
            }
            if (delay == default) await changed.WaitAsync(cancellationToken);
            else
            {
                await Task.Delay(delay, cancellationToken);
                return;
            }
        }
    }

    /// <summary>Waits until the end of one side may be told to the other.</summary>
    internal async Task EndsAreToldAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_fault is not (LineFault.Blackholed or LineFault.HalfOpen)) return;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellationToken);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                lock (_gate)
                {
                    if (_fault is LineFault.Refusing)
                    {
                        client.Close(0);
                        continue;
                    }
                    _serving.RemoveWhere(done => done.IsCompleted);
                    _serving.Add(ServeAsync(client));
                }
            }
            catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task ServeAsync(Socket client)
    {
        await Task.Yield();
        using var connection = new LineConnection(this, client);
        lock (_gate) _open.Add(connection);
        await connection.RunAsync(_target, _stopping.Token);
        lock (_gate) _open.Remove(connection);
    }
}
