using System.Net;
using System.Net.WebSockets;
using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// One WebSocket as a new user opens it: without cookies, so that affinity cannot lead it elsewhere, and without a way back, so that each fault is
/// seen. One at a time reads from it.
/// </summary>
internal sealed class SyntheticSocket : IAsyncDisposable
{
    private const int LongestFrame = 16 << 20;
    private static readonly TimeSpan ToClose = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterHaste = TimeSpan.FromMilliseconds(250);

    private readonly ClientWebSocket _socket;
    private readonly TimeProvider _clock;
    private readonly Queue<ServerMessage> _read = [];
    private readonly MemoryStream _frame = new();
    private readonly byte[] _buffer = new byte[16 << 10];
    private long _lastId;

    private SyntheticSocket(ClientWebSocket socket, TimeProvider clock) => (_socket, _clock) = (socket, clock);

    /// <summary>Of the welcome: the revision that has answered.</summary>
    public string Revision { get; private set; } = "";

    public string ResumeToken { get; private set; } = "";

    /// <summary>Opens one and waits for its welcome. A server lets one user in so many times a second: what is refused for that (429) is tried again.</summary>
    /// <param name="resume">A token of an earlier welcome; null for a newcomer.</param>
    public static async Task<SyntheticSocket> OpenAsync(Uri address, HttpMessageInvoker http, string? resume, TimeProvider clock, CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                return await DialAsync(address, http, resume, clock, cancellationToken);
            }
            catch (SyntheticException refused) when (refused.Status is (int)HttpStatusCode.TooManyRequests)
            {
                await Task.Delay(AfterHaste, clock, cancellationToken);
            }
    }

    private static async Task<SyntheticSocket> DialAsync(Uri address, HttpMessageInvoker http, string? resume, TimeProvider clock, CancellationToken cancellationToken)
    {
        var client = new ClientWebSocket();
        client.Options.CollectHttpResponseDetails = true;
        client.Options.KeepAliveInterval = TimeSpan.Zero;
        client.Options.AddSubProtocol(Limits.Subprotocol);
        var socket = new SyntheticSocket(client, clock);
        try
        {
            var uri = resume is null ? address : new UriBuilder(address) { Query = $"resume={Uri.EscapeDataString(resume)}" }.Uri;
            await client.ConnectAsync(uri, http, cancellationToken);
            client.HttpResponseHeaders = null;
            if (await socket.NextAsync(cancellationToken) is not Welcome welcome) throw new SyntheticException("the first message was no welcome");
            (socket.Revision, socket.ResumeToken) = (welcome.Revision, welcome.ResumeToken);
            return socket;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            var failure = Explain(client, exception);
            socket.Abort();
            throw failure;
        }
        catch
        {
            socket.Abort();
            throw;
        }
    }

    public async Task SendAsync(Func<CommandId, Command> command, CancellationToken cancellationToken)
    {
        try
        {
            await _socket.SendAsync(command(new(++_lastId)).ToUtf8(), WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, cancellationToken);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw Explain(_socket, exception);
        }
    }

    /// <summary>The next message that this build knows.</summary>
    /// <exception cref="SyntheticException">The connection has ended, or what came is no message.</exception>
    public async Task<ServerMessage> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (_read.Count is 0) await ReceiveAsync(cancellationToken);
            return _read.Dequeue();
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or ObjectDisposedException or JsonException or InvalidOperationException)
        {
            throw Explain(_socket, exception);
        }
    }

    /// <summary>Ends it as a broken line does.</summary>
    public void Abort()
    {
        _socket.Abort();
        _socket.Dispose();
        _frame.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(ToClose, _clock);
            if (_socket.State is WebSocketState.Open) await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, limit.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It is ended either way.
        }
        Abort();
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        _frame.SetLength(0);
        while (true)
        {
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (part.MessageType is WebSocketMessageType.Close) throw new SyntheticException($"the server closed the connection with {(int?)_socket.CloseStatus}{Why()}");
            if (_frame.Length + part.Count > LongestFrame) throw new SyntheticException("a message is over 16 MiB");
            _frame.Write(_buffer, 0, part.Count);
            if (part.EndOfMessage) break;
        }
        var frame = _frame.GetBuffer().AsMemory(0, (int)_frame.Length);
        while (!frame.IsEmpty)
        {
            var end = frame.Span.IndexOf((byte)'\n');
            var line = end < 0 ? frame : frame[..end];
            frame = end < 0 ? default : frame[(end + 1)..];
            if (!line.IsEmpty && ServerMessage.Parse(line.Span) is { } message) _read.Enqueue(message);
        }
    }

    private string Why() => _socket.CloseStatusDescription is { Length: > 0 } text ? $" ({text})" : "";

    private static SyntheticException Explain(ClientWebSocket socket, Exception exception)
    {
        if (exception is SyntheticException known) return known;
        var status = (int)socket.HttpStatusCode;
        return status is not (0 or (int)HttpStatusCode.SwitchingProtocols)
            ? new($"the upgrade was answered {status} {(HttpStatusCode)status}", status)
            : new(exception is JsonException ? "what came is no message of the protocol" : exception.GetBaseException().Message.TrimEnd('.'));
    }
}
