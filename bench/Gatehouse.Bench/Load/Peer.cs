using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Gatehouse.Bench.Load;

/// <summary>Gets a message of a server, whole.</summary>
internal delegate void MessageHeard(ReadOnlySpan<byte> message);

/// <summary>One client connection: a socket, the upgrade by hand, and a loop that counts tokens in what arrives.</summary>
internal sealed class Peer : IDisposable
{
    // Occurs once in every token and nowhere else on any wire, so that counting costs the client little.
    private const byte TokenMark = (byte)'~';

    private static readonly byte[] Finished = "\"RUN_FINISHED\""u8.ToArray();

    private readonly Wire _wire;
    private readonly MessageHeard? _heard;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly SemaphoreSlim _sending = new(1);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _firstToken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WebSocket? _webSocket;
    private long _tokens;

    private Peer(Wire wire, MessageHeard? heard) => (_wire, _heard) = (wire, heard);

    public long Tokens => Volatile.Read(ref _tokens);

    public Task FirstToken => _firstToken.Task;

    /// <summary>Completes when the connection is lost.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Called when a turn has ended.</summary>
    public Action? TurnEnded { get; set; }

    /// <param name="wire">The server's protocol.</param>
    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="source">Number of the source address: a pair of addresses has 28,000 ports.</param>
    /// <param name="heard">Called with every message, one at a time.</param>
    /// <param name="place">Where a client that comes back was; null for a new one.</param>
    public static async Task<Peer> ConnectAsync(Wire wire, int port, int source, MessageHeard? heard = null, Place? place = null)
    {
        var peer = new Peer(wire, heard);
        peer._socket.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(2 + source)]), 0));
        await peer._socket.ConnectAsync(IPAddress.Loopback, port);
        await peer.UpgradeAsync(port);
        peer.Ended = peer.ReceiveAsync();
        if ((place is null ? wire.Hello : wire.HelloAgain(place)) is { } hello) await peer.SendAsync(hello);
        await peer._opened.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return peer;
    }

    public async Task SendAsync(string text)
    {
        await _sending.WaitAsync();
        try
        {
            await _webSocket!.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }
    }

    public void Dispose()
    {
        _webSocket?.Abort();
        _webSocket?.Dispose();
        _socket.Dispose();
        _sending.Dispose();
    }

    private async Task UpgradeAsync(int port)
    {
        await _socket.SendAsync(UpgradeRequest.For(port, _wire.Path, _wire.Subprotocol));
        var head = new StringBuilder();
        var one = new byte[1];      // not a byte of the first frame may be taken
        while (!EndsHead(head))
        {
            if (await _socket.ReceiveAsync(one) == 0) throw new IOException($"The upgrade was not answered: {head}");
            head.Append((char)one[0]);
        }
        if (!head.ToString().StartsWith("HTTP/1.1 101", StringComparison.Ordinal)) throw new IOException($"The upgrade was refused: {head}");
        _webSocket = WebSocket.CreateFromStream(
            new NetworkStream(_socket), new WebSocketCreationOptions { SubProtocol = _wire.Subprotocol, KeepAliveInterval = TimeSpan.Zero });
    }

    private static bool EndsHead(StringBuilder head) =>
        head.Length >= 4 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n' && head[^4] == '\r';

    private async Task ReceiveAsync()
    {
        var (buffer, length) = (new byte[8192], 0);
        try
        {
            while (await _webSocket!.ReceiveAsync(buffer.AsMemory(length), CancellationToken.None)
                   is { MessageType: not WebSocketMessageType.Close } received)
            {
                length += received.Count;
                if (received.EndOfMessage)
                {
                    if (Take(buffer.AsSpan(0, length)) is { } reply) await SendAsync(reply);
                    length = 0;
                }
                else if (length == buffer.Length)
                {
                    Array.Resize(ref buffer, 2 * length);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or IOException or OperationCanceledException)
        {
            // The load is over, or the server is: whoever counts finds out by Ended.
        }
    }

    private string? Take(ReadOnlySpan<byte> message)
    {
        if (!_opened.Task.IsCompleted && _wire.IsOpened(message)) _opened.TrySetResult();
        var tokens = message.Count(TokenMark);
        if (tokens > 0)
        {
            Volatile.Write(ref _tokens, _tokens + tokens);
            _firstToken.TrySetResult();
        }
        _heard?.Invoke(message);
        if (TurnEnded is { } ended && message.IndexOf(Finished) >= 0) ended();
        return _wire.Reply(message);
    }
}
