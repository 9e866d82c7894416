using System.Net.WebSockets;
using System.Threading.Channels;
using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>
/// One WebSocket from its delay to its end: one task that dials and then receives, and one that sends. <see cref="RunAsync"/> is all
/// of its life; the driver awaits it. Everything else may be called from any thread.
/// </summary>
internal sealed class LinkSocket(OpenLink open, Uri server, GatehouseClientOptions options, SessionDriver driver)
{
    // Unbounded, yet bounded by what fills it: 1,000 unanswered commands and the subscriptions of one connection.
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new() { SingleReader = true });
    private readonly CancellationTokenSource _dropped = new();
    private readonly TaskCompletionSource _received = new(TaskCreationOptions.RunContinuationsAsynchronously);     // nothing more comes
    private volatile int _closeCode;        // 0 until Close
    private string? _startingNode;          // of the receiving task

    public int Number => open.Link;

    public void Send(ReadOnlyMemory<byte> utf8) => _outgoing.Writer.TryWrite(utf8);

    /// <summary>Sends what is queued, then the close frame; drops the connection if the server does not answer it.</summary>
    public void Close(int code)
    {
        _closeCode = code;
        _outgoing.Writer.TryComplete();
    }

    /// <summary>Ends at once.</summary>
    public void Drop() => _dropped.Cancel();

    /// <summary>Waits, connects, serves, and tells the driver about all of it. Never throws.</summary>
    public async Task RunAsync()
    {
        LinkFailure end;
        using var socket = new ClientWebSocket();
        try
        {
            await Task.Delay(open.Delay, options.Clock, _dropped.Token);
            await ConnectAsync(socket);
            driver.Opened(Number);
            end = await ServeAsync(socket);
        }
        catch (Exception exception)
        {
            // Whatever went wrong, the link is over and the session decides what comes next.
            end = await ExplainAsync(socket, exception);
        }
        _outgoing.Writer.TryComplete();
        driver.Ended(this, end);
    }

    /// <summary>The upgrade's own answer cannot be read beyond its headers; the probe of the same server names the node.</summary>
    private async Task<LinkFailure> ExplainAsync(ClientWebSocket socket, Exception exception)
    {
        var failure = ConnectFailure.Explain(server, socket, exception);
        return failure.Refusal is { Status: 503 } refusal && await ReadyProbe.FindNodeAsync(server, socket.Options, _dropped.Token) is { } node
            ? ConnectFailure.Refused(server, refusal with { Node = node })
            : failure with { Node = _startingNode };
    }

    private Uri Address() => open.ResumeToken is { } token
        ? new UriBuilder(server) { Query = $"{server.Query.TrimStart('?')}{(server.Query.Length > 1 ? "&" : "")}resume={Uri.EscapeDataString(token)}" }.Uri
        : server;

    private async Task ConnectAsync(ClientWebSocket socket)
    {
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.KeepAliveInterval = TimeSpan.Zero;       // the protocol has its own heartbeat
        foreach (var subprotocol in options.Subprotocols) socket.Options.AddSubProtocol(subprotocol);
        foreach (var (name, value) in options.Headers) socket.Options.SetRequestHeader(name, value);
        options.Configure?.Invoke(socket.Options);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _dropped.Token);
        try
        {
            await socket.ConnectAsync(Address(), either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
        socket.HttpResponseHeaders = null;
    }

    private async Task<LinkFailure> ServeAsync(ClientWebSocket socket)
    {
        var sending = SendAllAsync(socket);
        try
        {
            await new MessageReader(socket, options.MaxMessageBytes).ReadAllAsync(Receive, _dropped.Token);
        }
        catch
        {
            await _dropped.CancelAsync();
            throw;
        }
        finally
        {
            _received.TrySetResult();
            _outgoing.Writer.TryComplete();
            await sending;
        }
        if (socket.State is WebSocketState.CloseReceived)
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _dropped.Token);
        return ConnectFailure.Closed(server, socket) with { Node = _startingNode };
    }

    private void Receive(ReadOnlyMemory<byte> utf8)
    {
        options.OnRawMessage?.Invoke(Number, utf8);
        var message = ServerMessage.Parse(utf8.Span);
        if (message is Starting starting) _startingNode = starting.Node;
        driver.Received(Number, message);
    }

    /// <summary>Ends when the queue is closed, or when sending fails.</summary>
    private async Task SendAllAsync(ClientWebSocket socket)
    {
        try
        {
            await foreach (var utf8 in _outgoing.Reader.ReadAllAsync(_dropped.Token))
                await socket.SendAsync(utf8, WebSocketMessageType.Text, WebSocketMessageFlags.EndOfMessage, _dropped.Token);
            if (_closeCode is 0 || socket.State is not WebSocketState.Open) return;
            await socket.CloseOutputAsync((WebSocketCloseStatus)_closeCode, null, _dropped.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // Not the end yet: a server that closes with 1009 stops reading, and its close frame is still to be received.
        }
        await LetReceiverEndAsync();
    }

    private async Task LetReceiverEndAsync()
    {
        using var patience = new CancellationTokenSource(options.CloseTimeout, options.Clock);
        using var registration = patience.Token.Register(_dropped.Cancel);
        await _received.Task;
    }
}
