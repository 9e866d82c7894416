using System.Net.WebSockets;
using System.Threading.Channels;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// An open WebSocket. One task reads it all its life, since a pong is only seen by who reads, and a read that is called off would break
/// the connection; what it reads waits, bounded, for the layer that wants it.
/// </summary>
internal sealed class Line : IDisposable
{
    private const int LongestMessageBytes = 4 * 1024 * 1024;
    private const int WaitingMessages = 256;

    private readonly FrameStream _frames;
    private readonly WebSocket _socket;
    private readonly CancellationTokenSource _cut = new();
    private readonly Channel<LineMessage> _incoming = Channel.CreateBounded<LineMessage>(new BoundedChannelOptions(WaitingMessages) { SingleWriter = true });
    private volatile LayerException? _end;

    public Line(FrameStream frames, string? subprotocol)
    {
        _frames = frames;
        _socket = WebSocket.CreateFromStream(frames, new() { SubProtocol = subprotocol, KeepAliveInterval = TimeSpan.Zero });
        Ended = Task.Run(ReadAsync);
    }

    /// <summary>Done when nothing more can come.</summary>
    public Task Ended { get; }

    /// <summary>How it ended; null while it lives.</summary>
    public LayerException? End => _end;

    /// <summary>The code with which the service closed; null if it has not.</summary>
    public int? CloseCode { get; private set; }

    /// <exception cref="LayerException">The connection has ended.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken) =>
        OrEndAsync(_socket.SendAsync(utf8, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, cancellationToken).AsTask(), cancellationToken);

    /// <summary>The next message.</summary>
    /// <exception cref="LayerException">There is none: the connection has ended.</exception>
    public async Task<LineMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (await _incoming.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_incoming.Reader.TryRead(out var message)) return message;
        }
        throw End!;
    }

    /// <summary>Sends a ping and waits for its pong, or for the end of the connection.</summary>
    /// <exception cref="LayerException">The connection has ended.</exception>
    public async Task PingAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pinging = _frames.PingAsync(over.Token);
        if (await Task.WhenAny(pinging, Ended) == Ended && !pinging.IsCompletedSuccessfully)
        {
            await over.CancelAsync();
            throw End!;
        }
        await OrEndAsync(pinging, cancellationToken);
    }

    /// <summary>Sends a close frame and waits until the service has answered it with its own.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (Ended.IsCompleted) throw End!;
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        while (await _incoming.Reader.WaitToReadAsync(cancellationToken))
            while (_incoming.Reader.TryRead(out _)) { }
        await Ended.WaitAsync(cancellationToken);
        if (CloseCode is null) throw End!;
    }

    public void Dispose()
    {
        _cut.Cancel();
        _socket.Abort();
        _socket.Dispose();
        _frames.Dispose();
        _cut.Dispose();
    }

    /// <summary>Who writes learns of an end first, but why it ended only the reader knows, from the close frame that came before.</summary>
    private async Task OrEndAsync(Task writing, CancellationToken cancellationToken)
    {
        try
        {
            await writing;
        }
        catch (Exception exception) when (exception is IOException or WebSocketException or ObjectDisposedException)
        {
            await Ended.WaitAsync(cancellationToken);
            throw End!;
        }
    }

    /// <summary>Never throws: however it ends is kept for who asks.</summary>
    private async Task ReadAsync()
    {
        try
        {
            while (await ReadMessageAsync() is { } message) await _incoming.Writer.WriteAsync(message, _cut.Token);
            CloseCode = (int?)_socket.CloseStatus ?? 1005;
            _end = LayerFaults.Closed(CloseCode.Value, _socket.CloseStatusDescription);
            if (_socket.State is WebSocketState.CloseReceived) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _cut.Token);
        }
        catch (Exception exception)
        {
            _end ??= LayerFaults.Explain(exception);
        }
        finally
        {
            _incoming.Writer.TryComplete();
        }
    }

    /// <summary>Null at the close frame.</summary>
    private async Task<LineMessage?> ReadMessageAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), _cut.Token);
            if (part.MessageType is WebSocketMessageType.Close) return null;
            whole.Write(buffer, 0, part.Count);
            if (whole.Length > LongestMessageBytes) throw new LayerException("too big", "the service sent a message over 4 MiB");
            if (part.EndOfMessage) return new(whole.ToArray(), part.MessageType is WebSocketMessageType.Binary);
        }
    }
}
