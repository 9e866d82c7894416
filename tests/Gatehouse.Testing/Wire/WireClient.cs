using System.Net.WebSockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Testing.Wire;

/// <summary>The connection has ended.</summary>
public sealed class WireClosedException(int? code, Exception? inner = null) : Exception($"The connection has ended: {code?.ToString() ?? "broken"}.", inner)
{
    /// <summary>The close code; null if the connection broke.</summary>
    public int? Code => code;
}

/// <summary>
/// The protocol by hand, over a bare WebSocket: it sends what it is told and hands out what comes, object by object. It shares
/// no code with the product, so that a mistake in the product's client cannot hide one in the server. One reader at a time.
/// </summary>
public sealed class WireClient : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ClientWebSocket _socket = new();
    private readonly Queue<JsonElement> _messages = [];
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly SemaphoreSlim _sending = new(1);
    private int _lastId;

    private WireClient()
    {
    }

    /// <summary>The server's first message.</summary>
    public JsonElement Welcome { get; private set; }

    /// <summary>Frames received so far.</summary>
    public int Frames { get; private set; }

    /// <summary>Connects and takes the first message, the welcome.</summary>
    public static async Task<WireClient> ConnectAsync(int port, Action<ClientWebSocketOptions>? configure = null, string query = "", TimeSpan? patience = null)
    {
        var client = new WireClient();
        try
        {
            client._socket.Options.Proxy = null;
            client._socket.Options.KeepAliveInterval = TimeSpan.Zero;
            if (configure is null) client._socket.Options.AddSubProtocol("gatehouse.v1");
            else configure(client._socket.Options);
            using var limit = new CancellationTokenSource(patience ?? Patience);
            await client._socket.ConnectAsync(new($"ws://127.0.0.1:{port}/ws{query}"), limit.Token);
            client.Welcome = await client.NextAsync();
            return client;
        }
        catch (Exception exception)
        {
            await client.DisposeAsync();
            if (exception is WebSocketException) throw new WireClosedException(null, exception);
            throw;
        }
    }

    public string? Subprotocol => _socket.SubProtocol;

    /// <summary>Sends one text message as it is.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public async Task SendAsync(byte[] bytes, WebSocketMessageType type, bool endOfMessage = true)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _sending.WaitAsync(patience.Token);
        try
        {
            await _socket.SendAsync(bytes.AsMemory(), type, endOfMessage, patience.Token);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException)
        {
            throw new WireClosedException(null, broken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Sends a command with an id of its own.</summary>
    /// <returns>The id.</returns>
    public async Task<int> CommandAsync(string type, params (string Name, JsonNode? Value)[] fields)
    {
        var id = ++_lastId;
        var command = new JsonObject { ["type"] = type, ["id"] = id };
        foreach (var (name, value) in fields) command[name] = value;
        await SendAsync(command.ToJsonString(Plain));
        return id;
    }

    /// <summary>Sends a command and waits for its answer; what else comes meanwhile goes to <paramref name="see"/>.</summary>
    public async Task<JsonElement> AskAsync(string type, Action<JsonElement>? see, params (string Name, JsonNode? Value)[] fields)
    {
        var id = await CommandAsync(type, fields);
        return await UntilAsync(message => message.TryGetProperty("id", out var answered) && answered.ValueKind is JsonValueKind.Number && answered.GetInt32() == id, see);
    }

    public Task<JsonElement> AskAsync(string type, params (string Name, JsonNode? Value)[] fields) => AskAsync(type, null, fields);

    /// <summary>Whether heartbeats are handed out too; they may come at any time.</summary>
    public bool HearsHeartbeats { get; set; }

    /// <summary>The next message that is no heartbeat, unless those are wanted.</summary>
    /// <exception cref="WireClosedException">There is none any more.</exception>
    public async Task<JsonElement> NextAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            while (_messages.Count == 0) await ReceiveAsync(cancellationToken);
            if (_messages.Dequeue() is var message && (HearsHeartbeats || message.GetProperty("type").GetString() != "heartbeat")) return message;
        }
    }

    /// <summary>Reads until a message is as wanted; those before it go to <paramref name="see"/>.</summary>
    public async Task<JsonElement> UntilAsync(Func<JsonElement, bool> isWanted, Action<JsonElement>? see = null)
    {
        while (true)
        {
            var message = await NextAsync();
            if (isWanted(message)) return message;
            see?.Invoke(message);
        }
    }

    /// <summary>Reads to the end of the connection.</summary>
    /// <returns>The close code; null if it broke.</returns>
    public async Task<int?> EndAsync()
    {
        try
        {
            while (true) await NextAsync();
        }
        catch (WireClosedException closed)
        {
            return closed.Code;
        }
    }

    /// <summary>Closes in order, with 1000, and waits for the server's close frame.</summary>
    public async Task<int?> CloseAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
        return await EndAsync();
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        _sending.Dispose();
        return default;
    }

    // The server need not wait for it.
    private async Task AnswerCloseAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_socket.State is WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException)
        {
            _socket.Abort();
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        using var frame = new MemoryStream();
        try
        {
            ValueWebSocketReceiveResult result;
            do
            {
                result = await _socket.ReceiveAsync(_buffer.AsMemory(), patience.Token);
                if (result.MessageType is WebSocketMessageType.Close)
                {
                    var code = (int?)_socket.CloseStatus;
                    await AnswerCloseAsync(patience.Token);
                    throw new WireClosedException(code);
                }
                frame.Write(_buffer, 0, result.Count);
            }
            while (!result.EndOfMessage);
        }
        catch (Exception broken) when (broken is WebSocketException or IOException or ObjectDisposedException)
        {
            throw new WireClosedException(null, broken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Nothing came for {Patience}.");
        }
        Frames++;
        foreach (var line in Encoding.UTF8.GetString(frame.GetBuffer(), 0, (int)frame.Length).Split('\n'))
            if (line.Length > 0) _messages.Enqueue(JsonElement.Parse(line));
    }
}
