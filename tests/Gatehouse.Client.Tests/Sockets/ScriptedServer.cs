using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Client.Tests;

/// <summary>A real Kestrel on a free port; the test plays the server on each connection that it accepts.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ScriptedLink> _links = Channel.CreateUnbounded<ScriptedLink>();

    private readonly ConcurrentBag<ScriptedLink> _accepted = [];

    private ScriptedServer(WebApplication app) => _app = app;

    /// <summary>Decides about each upgrade; false: it has answered it.</summary>
    public Func<HttpContext, Task<bool>> Admit { get; set; } = _ => Task.FromResult(true);

    public Uri Address { get; private set; } = new("ws://localhost");

    public static async Task<ScriptedServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = new ScriptedServer(builder.Build());
        server._app.UseWebSockets();
        server._app.Run(server.ServeAsync);
        await server._app.StartAsync();
        var address = server._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Assert.True(ServerAddress.TryParse(address, out var uri));
        server.Address = uri;
        return server;
    }

    /// <summary>The next connection.</summary>
    public async Task<ScriptedLink> AcceptAsync() => await _links.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>The next connection, welcomed.</summary>
    public async Task<ScriptedLink> WelcomeAsync()
    {
        var link = await AcceptAsync();
        await link.SendAsync(new Welcome("k1", "i1", "1", 20000, 1000, 65536, "s1"));
        return link;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _accepted) link.Release();
        await _app.DisposeAsync();
    }

    private async Task ServeAsync(HttpContext context)
    {
        if (!await Admit(context)) return;
        using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
        var link = new ScriptedLink(socket, context);
        _accepted.Add(link);
        _links.Writer.TryWrite(link);
        await link.Over;
    }
}

/// <summary>The server's end of one connection.</summary>
internal sealed class ScriptedLink(WebSocket socket, HttpContext context)
{
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _buffer = new byte[Limits.FrameBytes];

    public Task Over => _over.Task;
    public HttpContext Context => context;

    public Task SendAsync(params ServerMessage[] messages) =>
        SendTextAsync(string.Join('\n', messages.Select(message => Encoding.UTF8.GetString(message.ToUtf8()))));

    public Task SendTextAsync(string text) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    /// <summary>The next command.</summary>
    public async Task<JsonObject> ReceiveAsync()
    {
        var result = await socket.ReceiveAsync(_buffer, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketMessageType.Text, result.MessageType);
        return JsonNode.Parse(_buffer.AsSpan(0, result.Count))!.AsObject();
    }

    /// <summary>The code with which the client closes.</summary>
    public async Task<int?> ReceiveCloseAsync()
    {
        var result = await socket.ReceiveAsync(_buffer, TestContext.Current.CancellationToken);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        _over.TrySetResult();
        return (int?)result.CloseStatus;
    }

    public async Task CloseAsync(int code)
    {
        await socket.CloseOutputAsync((WebSocketCloseStatus)code, "as scripted", TestContext.Current.CancellationToken);
        _over.TrySetResult();
    }

    /// <summary>Ends the request that carries the connection.</summary>
    public void Release() => _over.TrySetResult();

    /// <summary>Cuts the connection without a close frame.</summary>
    public void Cut()
    {
        context.Abort();
        _over.TrySetResult();
    }
}
