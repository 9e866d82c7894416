using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>The command against services that know nothing of Gatehouse: Kestrel's WebSockets and SignalR as they come.</summary>
public sealed class StockServiceTests
{
    [Fact(Timeout = 60_000)]
    public async Task Echo_passes_and_what_only_a_Gatehouse_can_do_is_left_out_with_the_reason()
    {
        await using var app = await StartAsync();
        var (code, report) = await Probing.JsonAsync($"{Address(app)}/echo", "--hold", "300ms");
        Assert.True(code is 0, report.GetRawText());
        foreach (var layer in new[] { "upgrade", "hold", "close" }) Assert.Equal("passed", report.Outcome(layer));
        foreach (var layer in new[] { "hello", "turn", "resume" })
        {
            Assert.Equal("skipped", report.Outcome(layer));
            Assert.Contains("Gatehouse", report.Layer(layer).GetProperty("reason").GetString());
        }
        Assert.False(report.GetProperty("probe").GetProperty("gatehouse").GetBoolean());
        Assert.Equal(404, report.GetProperty("startup").GetProperty("httpStatus").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task Echo_answers_what_is_sent()
    {
        await using var app = await StartAsync();
        var (code, report) = await Probing.JsonAsync($"{Address(app)}/echo", "--send", "hello there", "--expect", "there", "--hold", "0");
        Assert.Equal((0, "passed"), (code, report.Outcome("turn")));
        (code, report) = await Probing.JsonAsync($"{Address(app)}/echo", "--send", "hello", "--expect", "goodbye", "--timeout", "turn=300ms");
        Assert.Equal((1, "timeout"), (code, report.Layer("turn").GetProperty("signature").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task SignalR_is_greeted_in_its_own_words_and_pings_are_answered()
    {
        await using var app = await StartAsync();
        var (code, report) = await Probing.JsonAsync(
            $"{Address(app)}/hub", "--service", "other", "--send", "{\"protocol\":\"json\",\"version\":1}\u001e", "--expect", "{}\u001e", "--hold", "300ms");
        Assert.True(code is 0, report.GetRawText());
        foreach (var layer in new[] { "upgrade", "turn", "hold", "close" }) Assert.Equal("passed", report.Outcome(layer));
        Assert.False(report.TryGetProperty("startup", out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task Service_with_our_startup_probe_that_is_no_Gatehouse_is_not_taken_for_one()
    {
        await using var app = await StartAsync(configure: app => app.MapGet("/startup", () => Results.Json(new { status = "ready", timestamp = "now" })));
        var (code, report) = await Probing.JsonAsync($"{Address(app)}/echo", "--hold", "0");
        Assert.True(code is 0, report.GetRawText());
        Assert.Equal("skipped", report.Outcome("hello"));
        Assert.False(report.GetProperty("probe").GetProperty("gatehouse").GetBoolean());
        Assert.Equal("ready", report.GetProperty("startup").GetProperty("status").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Kestrel_with_HTTP2_only_is_named()
    {
        await using var app = await StartAsync(HttpProtocols.Http2);
        var (code, report) = await Probing.JsonAsync($"{Address(app)}/echo");
        Assert.Equal((1, "http2 only"), (code, report.Layer("upgrade").GetProperty("signature").GetString()));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("auto", "hello")]       // it might have been going to say something
    [InlineData("other", "hold")]
    public async Task Service_that_closes_is_told_with_code_and_words(string service, string layer)
    {
        await using var app = await StartAsync();
        var (code, report) = await Probing.JsonAsync($"{Address(app)}/leave", "--service", service);
        Assert.Equal((1, layer), (code, report.GetProperty("probe").GetProperty("firstFailure").GetString()));
        Assert.Equal("close 1001", report.Layer(layer).GetProperty("signature").GetString());
        Assert.Contains("gone for lunch", report.Layer(layer).GetProperty("reason").GetString());
        Assert.Equal(1001, report.GetProperty("probe").GetProperty("closeCode").GetInt32());
    }

    [Fact(Timeout = 60_000)]
    public async Task Name_under_localhost_is_this_machine()
    {
        await using var app = await StartAsync();
        var address = Address(app).Replace("127.0.0.1", "next---chat.localhost", StringComparison.Ordinal);
        var (code, report) = await Probing.JsonAsync($"{address}/echo", "--service", "other", "--send", "a", "--hold", "0");
        Assert.True(code is 0, report.GetRawText());
        Assert.Equal("passed", report.Outcome("dns"));
    }

    private static string Address(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First().Replace("http:", "ws:");

    private static async Task<WebApplication> StartAsync(HttpProtocols protocols = HttpProtocols.Http1, Action<WebApplication>? configure = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        builder.Services.AddSignalR();
        var app = builder.Build();
        app.UseWebSockets();
        app.Map("/echo", EchoAsync);
        app.Map("/leave", LeaveAsync);
        app.MapHub<Nothing>("/hub");
        configure?.Invoke(app);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task EchoAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1024];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (part.MessageType is WebSocketMessageType.Close) break;
            await socket.SendAsync(buffer.AsMemory(0, part.Count), part.MessageType, part.EndOfMessage, context.RequestAborted);
        }
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private static async Task LeaveAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseAsync(WebSocketCloseStatus.EndpointUnavailable, "gone for lunch", context.RequestAborted);
    }

    private sealed class Nothing : Hub;
}
