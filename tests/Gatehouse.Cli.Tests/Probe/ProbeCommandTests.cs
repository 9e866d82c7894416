using System.Xml.Linq;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class ProbeCommandTests
{
    [Fact(Timeout = 60_000)]
    public async Task Person_sees_the_layers_and_the_verdict()
    {
        await using var service = RawService.Start(new PlayedGatehouse(Flaw.None, new(1)).ServeAsync);
        var (code, output, error) = await Probing.RunAsync($"ws://127.0.0.1:{service.Port}", "--hold", "100ms");
        Assert.Equal((0, ""), (code, error));
        Assert.Matches($@"^ws://127\.0\.0\.1:{service.Port}/ws\n  dns     skipped +the target is an address, not a name\n  tcp     passed +[0-9.]+ m?s  127\.0\.0\.1:{service.Port}\n", output);
        Assert.Matches(@"  hello   passed +[0-9.]+ m?s  welcome from i1, revision 7\n", output);
        Assert.EndsWith("startup: 200 ready\nverdict: good\n", output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Person_sees_who_refused_and_when_to_come_back()
    {
        await using var service = RawService.Start(async call =>
        {
            await call.ReadHeadAsync();
            await call.AnswerAsync(503, "no healthy upstream", "Server: envoy", "Retry-After: 7");
        });
        var (code, output, _) = await Probing.RunAsync($"ws://127.0.0.1:{service.Port}/");
        Assert.Equal(1, code);
        Assert.Contains("503 ServiceUnavailable: Envoy has no healthy backend\n", output);
        Assert.Contains("answered by envoy\n", output);
        Assert.Contains("retry after 7 s\n", output);
        Assert.Contains("\"no healthy upstream\"\n", output);
        Assert.Contains("verdict: bad: the first failing layer is upgrade\n", output);
        Assert.Contains("Why are WebSocket upgrades refused?", output);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_secret_is_shown_though_the_service_repeats_it()
    {
        // It answers with the whole request, in body and headers, and so with everything that it was given.
        await using var service = RawService.Start(async call =>
        {
            var head = await call.ReadHeadAsync();
            await call.AnswerAsync(403, head, $"Server: {call.Path} {call.Header("Authorization")}");
        });
        var file = Path.GetTempFileName();
        try
        {
            var (_, output, error) = await Probing.RunAsync(
                $"ws://anna:hush-hush@127.0.0.1:{service.Port}/ws?token=very-secret", "-H", "X-Key: key-of-keys", "--json", "-", "--junit", file);
            var all = output + error + await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
            Assert.Contains("X-Key: ***", all);
            foreach (var secret in new[] { "hush-hush", "very-secret", "key-of-keys", Convert.ToBase64String("anna:hush-hush"u8) }) Assert.DoesNotContain(secret, all);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Credentials_query_headers_and_origin_go_with_the_upgrade()
    {
        var seen = new TaskCompletionSource<string>();
        await using var service = RawService.Start(async call =>
        {
            var head = await call.ReadHeadAsync();
            if (call.Path != "/startup") seen.TrySetResult(head);
            await call.AnswerAsync(404);
        });
        await Probing.RunAsync($"ws://a:b@127.0.0.1:{service.Port}/x?y=z", "-H", "X-One: 1", "-H", "Host: other.example", "--origin", "https://page.example", "-s", "one", "-s", "two");
        var head = await seen.Task;
        Assert.StartsWith("GET /x?y=z HTTP/1.1\r\n", head);
        foreach (var line in new[] { "Host: other.example", "Authorization: Basic YTpi", "X-One: 1", "Origin: https://page.example", "Sec-WebSocket-Protocol: one, two", "Sec-WebSocket-Version: 13" })
            Assert.Contains($"\r\n{line}\r\n", head);
        Assert.DoesNotContain("127.0.0.1", head);
    }

    [Fact(Timeout = 60_000)]
    public async Task JUnit_has_a_case_for_each_layer_and_threshold()
    {
        await using var service = RawService.Start(new PlayedGatehouse(Flaw.CloseInHold, new(1)).ServeAsync);
        var (code, output, error) = await Probing.RunAsync($"ws://127.0.0.1:{service.Port}", "--junit", "-", "--max", "turn=1m");
        Assert.Equal(1, code);
        var suite = XElement.Parse(output);
        Assert.Equal(("11", "2", "4"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("skipped")));
        var hold = suite.Elements("testcase").Single(test => (string?)test.Attribute("name") == "hold");
        Assert.Equal("close 1012", (string?)hold.Element("failure")!.Attribute("type"));
        Assert.Contains("verdict: bad: the first failing layer is hold", error);
    }

    [Fact(Timeout = 60_000)]
    public async Task Allowed_failures_are_told_and_break_nothing()
    {
        var calls = 0;
        await using var service = RawService.Start(async call =>
        {
            await call.ReadHeadAsync();
            if (Interlocked.Increment(ref calls) % 4 is 0) await call.AnswerAsync(503);
            else
            {
                await call.AcceptAsync();
                while (await call.ReceiveFrameAsync() is var (opcode, payload))
                {
                    await call.SendFrameAsync(opcode is 9 ? 10 : opcode, payload);
                    if (opcode is 8) return;
                }
            }
        });
        string[] args = [$"ws://127.0.0.1:{service.Port}/", "--service", "other", "--hold", "0", "--count", "20", "--layers", "upgrade,close"];
        var (code, report) = await Probing.JsonAsync([.. args, "--max-failed", "25%"]);
        Assert.True(code is 0, report.GetRawText());
        Assert.Equal(5, report.GetProperty("failed").GetInt32());
        Assert.Equal(("upgrade", "status 503", 5), Failure(report));
        (code, _, _) = await Probing.RunAsync([.. args, "--max-failed", "24%"]);
        Assert.Equal(1, code);
    }

    [Fact(Timeout = 60_000)]
    public async Task Layers_that_are_not_asked_for_are_left_out()
    {
        await using var service = RawService.Start(new PlayedGatehouse(Flaw.NoPong, new(1)).ServeAsync);
        var (code, report) = await Probing.JsonAsync($"ws://127.0.0.1:{service.Port}", "--layers", "hello,close");
        Assert.Equal(0, code);
        Assert.Equal(["skipped", "passed", "skipped", "passed", "passed", "skipped", "skipped", "skipped", "passed"],
            new[] { "dns", "tcp", "tls", "upgrade", "hello", "turn", "hold", "resume", "close" }.Select(layer => report.Outcome(layer)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Certificate_that_is_not_trusted_is_taken_when_asked_and_named()
    {
        await using var service = RawService.Start(new PlayedGatehouse(Flaw.None, new(1)).ServeAsync, TestCertificates.OtherName);
        var (code, report) = await Probing.JsonAsync($"wss://localhost:{service.Port}", "--insecure", "--hold", "100ms");
        Assert.True(code is 0, report.GetRawText());
        Assert.Contains("not checked: the certificate is for another.example, not for localhost", report.Layer("tls").GetProperty("reason").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Roots_of_a_file_are_trusted()
    {
        await using var service = RawService.Start(new PlayedGatehouse(Flaw.None, new(1)).ServeAsync, TestCertificates.Good);
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, TestCertificates.RootPem, TestContext.Current.CancellationToken);
        var (code, report) = await Probing.JsonAsync($"wss://localhost:{service.Port}", "--ca", file, "--hold", "100ms");
        File.Delete(file);
        Assert.True(code is 0, report.GetRawText());
        Assert.Equal("passed", report.Outcome("resume"));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("the url is not an address", "ftp://x")]
    [InlineData("--count 0", "x", "--count", "0")]
    [InlineData("--rate 0", "x", "--rate", "0")]
    [InlineData("--max-failed many", "x", "--max-failed", "many")]
    [InlineData("--max cable=1s", "x", "--max", "cable=1s")]
    [InlineData("there is no layer 'cable'", "x", "--layers", "tcp,cable")]
    [InlineData("--timeout soon", "x", "--timeout", "soon")]
    [InlineData("--hold long", "x", "--hold", "long")]
    [InlineData("--service mine", "x", "--service", "mine")]
    [InlineData("--expect is the answer to --send", "x", "--expect", "y")]
    [InlineData("--header: expected", "x", "-H", "secret-value")]
    [InlineData("--header Upgrade", "x", "-H", "Upgrade: secret-value")]
    [InlineData("--subprotocol a b", "x", "-s", "a b")]
    [InlineData("--ca /nowhere", "x", "--ca", "/nowhere")]
    [InlineData("cannot both", "x", "--json", "-", "--junit", "-")]
    [InlineData("cannot both", "x", "--json", "a", "--junit", "./a")]
    [InlineData("--json /nowhere/report.json", "x", "--json", "/nowhere/report.json")]
    [InlineData("--junit /nowhere/report.xml", "x", "--junit", "/nowhere/report.xml")]
    [InlineData("the url is not an address", "ws:/anna:word@host")]
    public async Task Wrong_argument_is_named(string said, params string[] args)
    {
        var (code, output, error) = await Probing.RunAsync(args);
        Assert.Equal((64, ""), (code, output));
        Assert.StartsWith($"gatehouse: ", error);
        Assert.Contains(said, error);
        Assert.DoesNotContain("secret-value", error);
    }

    private static (string?, string?, int) Failure(System.Text.Json.JsonElement report)
    {
        var failure = report.GetProperty("failures").EnumerateArray().Single();
        return (failure.GetProperty("layer").GetString(), failure.GetProperty("signature").GetString(), failure.GetProperty("count").GetInt32());
    }
}
