using System.Net;
using System.Net.WebSockets;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.Testing;

namespace Gatehouse.LocalRun.Tests;

/// <summary>Services that are not ours: nothing of them knows of this.</summary>
public sealed class ForeignServiceTests
{
    private static readonly string Host = Repository.Built("tests/Gatehouse.LocalRun.Host", "Gatehouse.LocalRun.Host");

    [Fact]
    public async Task Node_with_ws()
    {
        await using var cloud = await StartAsync(new("node", ["plain-ws.mjs"], Directories.Containers));
        using var socket = await cloud.ConnectAsync("/");
        Assert.Equal("something", await socket.ReadAsync());
        await socket.SayAsync("hello");
        Assert.Equal("you said hello", await socket.ReadAsync());
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", TestCloud.Token);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Python_http_server()
    {
        await using var cloud = await StartAsync(new("sh", ["-c", "exec python3 -m http.server --protocol HTTP/1.1 $PORT"], Directories.Containers));
        var (status, body, _) = await cloud.GetAsync("/plain-ws.mjs");
        Assert.Equal((HttpStatusCode.OK, true), (status, body.Contains("WebSocketServer", StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.NotFound, (await cloud.GetAsync("/nothing")).Status);
        Assert.Contains("GET /plain-ws.mjs", (await cloud.LogAsync("plain-ws")).Text);
    }

    /// <summary>SignalR's JSON protocol: each message ends with 0x1E; the first is the handshake.</summary>
    [Fact]
    public async Task SignalR()
    {
        await using var cloud = await StartAsync(new(Host, []));
        using var socket = await cloud.ConnectAsync("/hub");
        await socket.SayAsync("{\"protocol\":\"json\",\"version\":1}\x1e");
        Assert.Equal("{}\x1e", await socket.ReadAsync());
        await socket.SayAsync("{\"type\":1,\"invocationId\":\"7\",\"target\":\"Echo\",\"arguments\":[\"hello\"]}\x1e");
        string answer;
        do answer = await socket.ReadAsync(); while (answer.Contains("\"type\":6", StringComparison.Ordinal));        // a ping
        Assert.Equal("{\"type\":3,\"invocationId\":\"7\",\"result\":\"hello\"}\x1e", answer);
    }

    /// <summary>Container contract: a port named h2c gets HTTP/2; WebSockets need that to be off.</summary>
    [Fact]
    public async Task A_port_named_h2c_is_spoken_to_in_http2_and_an_upgrade_does_not_get_through()
    {
        await using var cloud = await StartAsync(new(Host, ["h2c"]), container => container with { Ports = [new() { Name = "h2c" }] });
        Assert.Equal("HTTP/2", (await cloud.GetAsync()).Body);
        await Assert.ThrowsAsync<WebSocketException>(() => cloud.ConnectAsync("/hub"));
    }

    /// <summary>Health checks: a gRPC probe is <c>grpc.health.v1.Health/Check</c> with an optional service.</summary>
    [Theory]
    [InlineData(null, true), InlineData("chat", true), InlineData("none", false)]
    public async Task A_grpc_probe_asks_the_health_service(string? service, bool passes)
    {
        await using var cloud = await StartAsync(new(Host, ["h2c"]), container => container with
        {
            Ports = [new() { Name = "h2c" }],
            StartupProbe = new() { Grpc = new() { Service = service }, PeriodSeconds = 1, FailureThreshold = passes ? 200 : 30 },
        }, timeScale: passes ? 1 : 10);
        if (passes) Assert.Contains("STARTUP GRPC probe succeeded", (await cloud.LogAsync("STARTUP GRPC probe")).Text);
        else Assert.Equal("the gRPC status was 5", cloud.Events.Snapshot().OfType<ProbeTried>().Last().Detail);
    }

    private static async Task<TestCloud> StartAsync(ImageCommand command, Func<Container, Container>? change = null, double timeScale = 1)
    {
        var cloud = await TestCloud.StartAsync(timeScale, options => options.Images[TestCloud.Image] = command);
        await cloud.ApplyAsync(TestCloud.Service(change: template => template with
        {
            Spec = template.Spec with { Containers = [change?.Invoke(template.Spec.Containers[0]) ?? template.Spec.Containers[0]] },
        }));
        return cloud;
    }
}
