using System.Net;
using System.Net.WebSockets;
using Gatehouse.Platform.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Platform.Handshakes;

/// <summary>Trap 11: what the two counters say of three refused upgrades and one that was let in.</summary>
public sealed class HandshakeCountTests
{
    private const string Path = "/trap-11";

    /// <summary>
    /// Trap 11. The platform: <c>http.server.request.duration</c> has a refused upgrade at once, but one that was let in only when its
    /// socket closes, with the life of the socket as its duration: while the sockets are open every handshake looks refused, and afterwards
    /// they spoil the latency. Ours: <c>gatehouse_handshakes_total</c> has either when it is decided.
    /// </summary>
    [Fact]
    public async Task Trap_11_the_platform_counts_a_socket_when_it_closes_and_we_count_it_when_it_is_let_in()
    {
        using var durations = new RequestDurations(Path);
        await using var stock = await Site.StartAsync(_ => { }, app =>
        {
            app.UseWebSockets();
            app.MapGet(Path, RefuseOrStayAsync);
        });
        var address = new Uri($"ws://127.0.0.1:{stock.Port}{Path}");
        for (var refusal = 0; refusal < 3; refusal++)
        {
            await RefusedAsync(new($"{address}?refuse"));
            Assert.Equal(503, (await durations.NextAsync()).Status);
        }
        var before = TimeProvider.System.GetTimestamp();
        using var stockSocket = await OpenAsync(address);
        var opened = TimeProvider.System.GetTimestamp();

        await using var server = ServerProcess.Launch(ServerSetup.Host("--World:File=world", "--Admission:HoldSeconds=0"));
        await server.ListeningAsync();
        var ours = new Uri($"ws://127.0.0.1:{server.Port}/ws");
        for (var refusal = 1; refusal <= 3; refusal++)
        {
            await RefusedAsync(ours);
            Assert.Equal(refusal, await server.MetricAsync("gatehouse_handshakes_total{outcome=\"refused\",reason=\"not_ready\"}"));
        }
        server.SetWorld("up");
        await server.ReadyAsync();
        using var ourSocket = await OpenAsync(ours);
        Assert.Equal(1, await server.MetricAsync("gatehouse_handshakes_total{outcome=\"accepted\"}"));
        Assert.Equal(4, await server.MetricAsync("gatehouse_handshakes_total"));

        Assert.Equal((WebSocketState.Open, 0), (stockSocket.State, durations.Unread));
        var lived = TimeProvider.System.GetElapsedTime(opened);
        await stockSocket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Waiting.Patience);
        var socket = await durations.NextAsync();
        Assert.Equal(101, socket.Status);
        Assert.InRange(socket.Duration, lived, TimeProvider.System.GetElapsedTime(before));
    }

    private static async Task RefuseOrStayAsync(HttpContext context)
    {
        if (context.Request.Query.ContainsKey("refuse"))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.ReceiveAsync(new byte[1], context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private static async Task<ClientWebSocket> OpenAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Waiting.Patience);
        return socket;
    }

    private static async Task RefusedAsync(Uri address)
    {
        using var socket = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(address, CancellationToken.None).WaitAsync(Waiting.Patience));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, socket.HttpStatusCode);
    }
}
