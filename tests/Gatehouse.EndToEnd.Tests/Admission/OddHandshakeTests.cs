using System.Net;
using System.Text;
using Gatehouse.EndToEnd.Wire;

namespace Gatehouse.EndToEnd.Admission;

/// <summary>A server whose node <c>world</c> stays down.</summary>
public sealed class NotReadyServer : IAsyncLifetime
{
    internal World World { get; private set; } = null!;

    public async ValueTask InitializeAsync() => World = await World.StartAsync("--Admission:HoldSeconds=60");

    public ValueTask DisposeAsync() => World.DisposeAsync();
}

/// <summary>
/// Whatever comes to <c>/ws</c> before the server is ready is answered clearly at once, or closed, or held like any other upgrade. It
/// is never let in early, and nothing breaks.
/// </summary>
public sealed class OddHandshakeTests(NotReadyServer server) : IClassFixture<NotReadyServer>
{
    private const int Closed = 0;
    private const int Held = 101;
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static readonly string[] Usual = ["Host: localhost", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", Key];

    /// <summary>A request, and what it gets: a status, the end of the connection, or 101 for those that are held and let in later.</summary>
    public static TheoryData<string, string, int> Requests() => new()
    {
        // the method
        { "POST", Request("POST /ws HTTP/1.1"), 426 },
        { "POST with a body", Request("POST /ws HTTP/1.1", "Content-Length: 5") + "hello", 426 },
        { "HEAD", Request("HEAD /ws HTTP/1.1"), 426 },
        { "no method", Request("DANCE /ws HTTP/1.1"), 426 },
        { "CONNECT to a path", Request("CONNECT /ws HTTP/1.1"), 426 },
        { "CONNECT to another host", Request("CONNECT elsewhere:80 HTTP/1.1"), 400 },
        // the target
        { "upper case", Request("GET /WS HTTP/1.1"), Held },
        { "a slash more", Request("GET /ws/ HTTP/1.1"), Held },
        { "two slashes", Request("GET //ws HTTP/1.1"), 404 },
        { "more path", Request("GET /ws/more HTTP/1.1"), 404 },
        { "a parameter", Request("GET /ws;a=b HTTP/1.1"), 404 },
        { "escaped", Request("GET /%77s HTTP/1.1"), Held },
        { "dots", Request("GET /app/../ws HTTP/1.1"), Held },
        { "a NUL", Request("GET /ws%00 HTTP/1.1"), 400 },
        { "absolute", Request("GET http://localhost/ws HTTP/1.1"), Held },
        { "absolute elsewhere", Request("GET http://evil.example/ws HTTP/1.1"), 400 },
        { "a query of 8,000 bytes", Request($"GET /ws?{new string('a', 8000)} HTTP/1.1"), Held },
        { "a query of 10,000 bytes", Request($"GET /ws?{new string('a', 10_000)} HTTP/1.1"), 414 },
        // the version
        { "HTTP/1.0", Request("GET /ws HTTP/1.0"), 426 },
        { "HTTP/3.0", Request("GET /ws HTTP/3.0"), 505 },
        { "HTTP/2 unasked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0", Closed },
        { "HTTP/2 by upgrade", Request("GET /ws HTTP/1.1").Replace("websocket", "h2c"), 426 },
        { "TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400 },
        // headers
        { "odd case", "GET /ws HTTP/1.1\r\nhOST: localhost\r\ncONNECTION: uPGRADE\r\nUPGRADE: WebSocket\r\nsec-websocket-version: 13\r\n" + Key + "\r\n\r\n", Held },
        { "bare line feeds", Request("GET /ws HTTP/1.1").Replace("\r", ""), Held },
        { "as Firefox does", Request("GET /ws HTTP/1.1").Replace("Connection: ", "Connection: keep-alive, "), Held },
        { "more than one protocol", Request("GET /ws HTTP/1.1").Replace("websocket", "websocket, h2c"), Held },
        { "no Connection", Request("GET /ws HTTP/1.1").Replace("Connection: Upgrade\r\n", ""), 426 },
        { "no Host", Request("GET /ws HTTP/1.1").Replace("Host: localhost\r\n", ""), 400 },
        { "two Hosts", Request("GET /ws HTTP/1.1", "Host: elsewhere"), 400 },
        { "an old WebSocket", Request("GET /ws HTTP/1.1").Replace("Version: 13", "Version: 8"), 426 },
        { "a short key", Request("GET /ws HTTP/1.1").Replace(Key, "Sec-WebSocket-Key: abc"), 426 },
        { "two keys", Request("GET /ws HTTP/1.1", Key), 426 },
        { "extensions that are none", Request("GET /ws HTTP/1.1", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99, ;;"), Held },
        { "another origin", Request("GET /ws HTTP/1.1", "Origin: https://evil.example"), 403 },
        { "another subprotocol", Request("GET /ws HTTP/1.1", "Sec-WebSocket-Protocol: gatehouse.v2"), 400 },
        { "an empty subprotocol", Request("GET /ws HTTP/1.1", "Sec-WebSocket-Protocol: "), Held },
        { "Expect", Request("GET /ws HTTP/1.1", "Expect: 100-continue"), Held },
        { "a body", Request("GET /ws HTTP/1.1", "Content-Length: 5") + "hello", 426 },
        { "a body of chunks", Request("GET /ws HTTP/1.1", "Transfer-Encoding: chunked") + "5\r\nhello\r\n0\r\n\r\n", 426 },
        { "a body of nothing", Request("GET /ws HTTP/1.1", "Content-Length: 0"), Held },
        { "a header of 40,000 bytes", Request("GET /ws HTTP/1.1", $"X: {new string('a', 40_000)}"), 431 },
        { "200 headers", Request("GET /ws HTTP/1.1", [.. Enumerable.Range(0, 200).Select(at => $"X{at}: {at}")]), 431 },
        { "a NUL in a header", Request("GET /ws HTTP/1.1", "X: \0"), 400 },
        { "a folded header", Request("GET /ws HTTP/1.1", "X: a\r\n b"), 400 },
        { "proxies that are none", Request("GET /ws HTTP/1.1", "X-Forwarded-For: ,,, [::", "X-Forwarded-For: "), Held },
        // what would open a door
        { "a guessed secret", Request("GET /ws HTTP/1.1", $"Gatehouse-Self-Test: {new string('0', 64)}"), Held },
        { "two secrets", Request("GET /ws HTTP/1.1", "Gatehouse-Self-Test: 1", "Gatehouse-Self-Test: 2"), Held },
        { "a forged token", Request("GET /ws?resume=0123456789.1760000000.AAAAAAAAAAAAAAAAAAAAAA HTTP/1.1"), Held },
        { "tokens that are none", Request("GET /ws?resume=%ff%fe.%00.%ed%a0%80&resume=..&resume&resume=. HTTP/1.1"), Held },
        { "a token of dots", Request($"GET /ws?resume={new string('.', 1000)} HTTP/1.1"), Held },
    };

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Requests))]
    public async Task Before_it_is_ready_it_is_answered_at_once_or_held(string name, string request, int status)
    {
        using (var line = await RawLine.ConnectAsync(server.World.Port))
        {
            await line.SendAsync(request);
            if (status == Held)
            {
                await server.World.HeldAsync(1);
                Assert.False(line.HasNews, name);
            }
            else
            {
                // Who does not read a request to its end may reset the line before its answer has been read.
                var answered = StatusOf(await line.HeadAsync());
                Assert.True(answered == status || status is 414 or 431 && answered == Closed, $"{name}: {answered}");
            }
        }
        await server.World.HeldAsync(0);
        await AssertWellAsync(server.World);
    }

    [Fact(Timeout = 120_000)]
    public async Task All_that_were_held_are_let_in_when_it_is_ready_and_no_other()
    {
        await using var world = await World.StartAsync("--Admission:HoldSeconds=60");
        var held = new List<(string Name, RawLine Line)>();
        foreach (var (name, request, _) in Requests().Select(row => row.Data).Where(row => row.Item3 == Held))
        {
            var line = await RawLine.ConnectAsync(world.Port);
            await line.SendAsync(request);
            held.Add((name, line));
        }
        await world.HeldAsync(held.Count);
        await world.RaiseAsync();
        foreach (var (name, line) in held)
        {
            Assert.True(StatusOf(await line.HeadAsync()) == 101, name);
            line.Dispose();
        }
        Assert.Equal(held.Count, await world.HandshakesAsync("outcome=\"accepted\",reason=\"held\""));
        await AssertWellAsync(world);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_request_behind_one_that_is_held_waits_and_is_no_frame_when_it_is_let_in()
    {
        await using var world = await World.StartAsync("--Admission:HoldSeconds=60");
        using var line = await RawLine.ConnectAsync(world.Port);
        await line.SendAsync(Request("GET /ws HTTP/1.1"));
        await world.HeldAsync(1);
        await line.SendAsync(Request("GET /startup HTTP/1.1"));
        await AssertWellAsync(world);
        Assert.False(line.HasNews);
        await world.RaiseAsync();
        Assert.Equal(101, StatusOf(await line.HeadAsync()));
        Assert.Equal(1002, await line.CloseCodeAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_handshake_that_comes_byte_by_byte_is_held_when_it_is_whole()
    {
        using var line = await RawLine.ConnectAsync(server.World.Port);
        foreach (var each in Request("GET /ws HTTP/1.1"))
        {
            Assert.False(line.HasNews);
            await line.SendAsync(each.ToString());
        }
        await server.World.HeldAsync(1);
        Assert.False(line.HasNews);
        line.Dispose();
        await server.World.HeldAsync(0);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_that_sends_no_more_while_it_is_held_is_let_go()
    {
        using var line = await RawLine.ConnectAsync(server.World.Port);
        await line.SendAsync(Request("GET /ws HTTP/1.1"));
        await server.World.HeldAsync(1);
        line.HangUp();
        Assert.Equal("", await line.HeadAsync());
        await server.World.HeldAsync(0);
    }

    private static string Request(string line, params string[] more)
    {
        var request = new StringBuilder(line).Append("\r\n");
        foreach (var header in Usual.Concat(more)) request.Append(header).Append("\r\n");
        return request.Append("\r\n").ToString();
    }

    // "HTTP/1.1 503 Service Unavailable"
    private static int StatusOf(string head) => head.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(head.AsSpan(9, 3)) : Closed;

    private static async Task AssertWellAsync(World world)
    {
        using var health = await world.Server.GetAsync("/health");
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
        Assert.DoesNotContain("fail:", world.Server.Output);
    }
}
