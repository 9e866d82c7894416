using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>A service with one fault, and what a prober has to say about it: the first failing layer (null: none) and the kind of fault.</summary>
internal sealed record InjectedFault(string Name, ProbeLayer? Layer, string? Signature, Func<Random, RawService?> Start)
{
    private const string Malformed = "The request failed because either the HTTP response was malformed or connection to the instance had an error.";

    public bool IsSecure { get; init; }

    /// <summary>Whether the test's root is trusted.</summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>In place of the service's address.</summary>
    public Func<Random, string>? Address { get; init; }

    /// <summary>Of the layer that will have to wait, so that the test does not.</summary>
    public LayerTimeouts Timeouts { get; init; } = new LayerTimeouts().WithAll(TimeSpan.FromSeconds(60));

    /// <summary>What a platform's body is recognised as.</summary>
    public string? Known { get; init; }

    public override string ToString() => Name;

    public static IReadOnlyList<InjectedFault> All { get; } =
    [
        // Without a name server it is another error of the same layer.
        new("no such name", ProbeLayer.Dns, null, _ => null) { Address = random => $"ws://gatehouse-{random.Next()}.invalid/ws" },
        new("refused", ProbeLayer.Tcp, "ConnectionRefused", _ => null) { Address = _ => $"ws://127.0.0.1:{FreePort.Next()}/ws" },
        Waits("backlog full", ProbeLayer.Tcp, "timeout", _ => null) with { Address = FullBacklog },
        Waits("accepts and says nothing", ProbeLayer.Upgrade, "timeout", _ => RawService.Start(call => call.HangAsync())),

        Tls("untrusted", "certificate untrusted", TestCertificates.Good) with { IsTrusted = false },
        Tls("other name", "certificate name", TestCertificates.OtherName),
        Tls("expired", "certificate expired", TestCertificates.Expired),
        Tls("HTTP/2 only by ALPN", "http2 only", TestCertificates.Speaking(SslApplicationProtocol.Http2)),
        new("plain HTTP on the TLS port", ProbeLayer.Tls, "not tls", _ => RawService.Start(async call => { await call.AnswerAsync(400, "no"); await call.HangAsync(); })) { IsSecure = true },
        new("another protocol on the TLS port", ProbeLayer.Tls, "not tls", _ => RawService.Start(async call => { await call.WriteAsync("SSH-2.0-Open\r\n"); await call.HangAsync(); })) { IsSecure = true },
        Waits("TLS handshake hangs", ProbeLayer.Tls, "timeout", _ => RawService.Start(call => call.HangAsync())) with { IsSecure = true },
        new("closes in the TLS handshake", ProbeLayer.Tls, "closed", _ => RawService.Start(async call => await call.WriteAsync([0x16, 3, 3]))) { IsSecure = true },

        Answers("401", 401), Answers("403", 403), Answers("404", 404), Answers("426", 426), Answers("429", 429), Answers("500", 500), Answers("502", 502), Answers("503", 503), Answers("200", 200),
        Answers("redirect", 302, "Location: https://elsewhere.example/login?next=%2Fws"),
        Answers("503 by Cloud Run", 503, Malformed) with { Known = "cloudrun.malformed_response" },
        Answers("429 by Cloud Run", 429, "The request was aborted because there was no available instance.") with { Known = "cloudrun.no_instance" },
        Answers("503 short, by Cloud Run", 503, "Service Unavailable", "Server: Google Frontend") with { Known = "cloudrun.unavailable" },
        Answers("503 of a Gatehouse", 503, """{"title":"Not ready","status":503,"detail":"The server waits for schema.","reason":"not_ready","node":"schema"}"""),
        Http("HTTP/2 only, 505", "http2 only", (call, _) => call.AnswerAsync(505)),
        Http("HTTP/2 only, 426", "http2 only", (call, _) => call.AnswerAsync(426, "", "Upgrade: h2c")),
        Http("HTTP/2 only, SETTINGS", "http2 only", (call, _) => call.WriteAsync([0, 0, 0, 4, 0, 0, 0, 0, 0])),
        Http("HTTP/2 only, GOAWAY", "http2 only", (call, _) => call.WriteAsync([0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
        Http("TLS on the plain port", "tls expected", (call, _) => call.WriteAsync([0x15, 3, 1, 0, 2, 2, 0x46])),
        Http("HTTP to Go's TLS port", "tls expected", (call, _) => call.AnswerAsync(400, "Client sent an HTTP request to an HTTPS server.\n")),
        Http("HTTP to Apache's TLS port", "tls expected", (call, _) => call.AnswerAsync(400, "Reason: You're speaking plain HTTP to an SSL-enabled server port.<br />")),
        Http("closes without an answer", "closed", (_, _) => Task.CompletedTask),
        Http("resets", "ConnectionReset", (call, _) => { call.Cut(); return Task.CompletedTask; }),
        Http("is not HTTP", "malformed", (call, _) => call.WriteAsync("220 mail.example ESMTP\r\n")),
        Http("status line is none", "malformed", (call, random) => call.DribbleAsync("HTTP/1.1 OK\r\n\r\n", random)),
        Http("header is none", "malformed", (call, random) => call.DribbleAsync("HTTP/1.1 200 OK\r\nthis is no header\r\n\r\n", random)),
        Http("head breaks off", "malformed", (call, random) => call.DribbleAsync("HTTP/1.1 101 Switching Protocols\r\nUpgrade: webso", random)),
        Http("head is endless", "malformed", (call, _) => call.WriteAsync("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat($"X-Filler: {new string('x', 200)}\r\n", 500)))),
        Http("header is endless", "malformed", (call, _) => call.WriteAsync("HTTP/1.1 200 OK\r\nX-Filler: " + new string('x', 100_000))),
        Switches("wrong accept key", "accept key", lines => lines[3] = "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        Switches("no accept key", "accept key", lines => lines.RemoveAt(3)),
        Switches("no upgrade header", "no upgrade header", lines => lines.RemoveAt(1)),
        Switches("no connection header", "no upgrade header", lines => lines[2] = "Connection: close"),
        Switches("unasked extension", "unasked extension", lines => lines.Add("Sec-WebSocket-Extensions: permessage-deflate")),
        Switches("unasked subprotocol", "unasked subprotocol", lines => lines.Add("Sec-WebSocket-Protocol: mqtt")),

        Played(Flaw.None, null, null),
        Played(Flaw.NoSubprotocol, ProbeLayer.Hello, "no subprotocol"),
        Played(Flaw.NoHello, ProbeLayer.Hello, "no hello", waits: true),
        Played(Flaw.OtherHello, ProbeLayer.Hello, "no hello"),
        Played(Flaw.Starting, ProbeLayer.Hello, "starting"),
        Played(Flaw.CutAfterHello, ProbeLayer.Turn, null),
        Played(Flaw.EndAfterHello, ProbeLayer.Turn, null),
        Played(Flaw.RunRefused, ProbeLayer.Turn, "refused unavailable"),
        Played(Flaw.RunFails, ProbeLayer.Turn, "run agent_unreachable"),
        Played(Flaw.CutInTurn, ProbeLayer.Turn, null),
        Played(Flaw.GapInTurn, ProbeLayer.Turn, "wrong cursor"),
        Played(Flaw.NoPong, ProbeLayer.Hold, "no pong", waits: true),
        Played(Flaw.CloseInHold, ProbeLayer.Hold, "close 1012"),
        Played(Flaw.CutInHold, ProbeLayer.Hold, null),
        Played(Flaw.ResumeRefused, ProbeLayer.Resume, "refused unknown_thread"),
        Played(Flaw.ResumeFromStart, ProbeLayer.Resume, "wrong cursor"),
        Played(Flaw.ResumeSkips, ProbeLayer.Resume, "wrong cursor"),
        Played(Flaw.ResumeOtherEvents, ProbeLayer.Resume, "wrong rest"),
        Played(Flaw.ResumeOtherPosition, ProbeLayer.Resume, "wrong rest"),
        Played(Flaw.ResumeNothing, ProbeLayer.Resume, "timeout", waits: true),
        Played(Flaw.NoCloseFrame, ProbeLayer.Close, "no close frame"),
        Played(Flaw.NoAnswerToClose, ProbeLayer.Close, "timeout", waits: true),
    ];

    private static InjectedFault Waits(string name, ProbeLayer layer, string signature, Func<Random, RawService?> start)
    {
        var fault = new InjectedFault(name, layer, signature, start);
        return fault with { Timeouts = fault.Timeouts.With(layer, TimeSpan.FromMilliseconds(400)) };
    }

    private static InjectedFault Tls(string name, string signature, SslServerAuthenticationOptions tls) =>
        new(name, ProbeLayer.Tls, signature, _ => RawService.Start(call => call.HangAsync(), tls)) { IsSecure = true };

    private static InjectedFault Http(string name, string signature, Func<RawCall, Random, Task> answer) =>
        new(name, ProbeLayer.Upgrade, signature, random => RawService.Start(async call =>
        {
            await call.ReadHeadAsync();
            if (call.Path == "/startup") await call.AnswerAsync(404);
            else await answer(call, random);
        }));

    private static InjectedFault Answers(string name, int status, string body = "", params string[] headers)
    {
        if (body.StartsWith("Location:")) (body, headers) = ("", [body]);
        return Http(name, $"status {status}", async (call, random) =>
        {
            // By length, in chunks, or to the end of the connection; with and without Retry-After; and in any pieces.
            string[] all = [.. headers, .. random.Next(2) is 0 ? new[] { $"Retry-After: {random.Next(1, 60)}" } : [], $"X-{random.Next()}: {random.Next()}"];
            var lines = string.Concat(all.Select(header => header + "\r\n"));
            await call.DribbleAsync(random.Next(3) switch
            {
                0 => $"HTTP/1.1 {status}\r\n{lines}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}",
                1 => $"HTTP/1.1 {status} No\r\n{lines}Transfer-Encoding: chunked\r\n\r\n{string.Concat(body.Chunk(7).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n"))}0\r\n\r\n",
                _ => $"HTTP/1.1 {status} No\r\n{lines}Connection: close\r\n\r\n{body}",
            }, random);
        });
    }

    private static InjectedFault Switches(string name, string signature, Action<List<string>> spoil) => Http(name, signature, async (call, random) =>
    {
        var lines = call.Switching();
        spoil(lines);
        var order = lines.Skip(1).ToArray();
        random.Shuffle(order);
        await call.DribbleAsync(string.Join("\r\n", [lines[0], .. order, "", ""]), random);
        await call.HangAsync();
    });

    private static InjectedFault Played(Flaw flaw, ProbeLayer? layer, string? signature, bool waits = false)
    {
        Func<Random, RawService?> start = random => RawService.Start(new PlayedGatehouse(flaw, random).ServeAsync);
        return waits ? Waits(flaw.ToString(), layer!.Value, signature!, start) : new(flaw.ToString(), layer, signature, start);
    }

    /// <summary>A listener whose queue is full: the kernel drops what comes then.</summary>
    private static string FullBacklog(Random random)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        for (var i = 0; i < 4; i++) _ = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp).ConnectAsync(listener.LocalEndPoint!);
        Kept.Add(listener);
        return $"ws://{listener.LocalEndPoint}/ws";
    }

    private static readonly System.Collections.Concurrent.ConcurrentBag<Socket> Kept = [];
}
