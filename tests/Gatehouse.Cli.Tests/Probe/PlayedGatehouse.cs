using System.Text.Json.Nodes;

namespace Gatehouse.Cli.Tests.Probe;

/// <summary>What is wrong with a played Gatehouse.</summary>
internal enum Flaw
{
    None,
    NoSubprotocol,
    NoHello,
    OtherHello,
    Starting,
    CutAfterHello,
    EndAfterHello,
    RunRefused,
    RunFails,
    CutInTurn,
    GapInTurn,
    NoPong,
    CloseInHold,
    CutInHold,
    ResumeRefused,
    ResumeFromStart,
    ResumeSkips,
    ResumeOtherEvents,
    ResumeOtherPosition,
    ResumeNothing,
    NoCloseFrame,
    NoAnswerToClose,
}

/// <summary>A Gatehouse played over raw frames, with one flaw; how many events it sends (so many that a rest of two is left), and how it cuts them into frames, is up to the seed.</summary>
internal sealed class PlayedGatehouse(Flaw flaw, Random random)
{
    private const string Welcome =
        """{"type":"welcome","connectionId":"k","instance":"i1","revision":"7","heartbeatMs":20000,"reconnectMs":1000,"maxFrameBytes":65536,"resumeToken":"resume-token-of-the-play"}""";
    private readonly int _events = random.Next(5, 14);
    private string _thread = "";
    private int _connections;

    public async Task ServeAsync(RawCall call)
    {
        await call.ReadHeadAsync();
        if (call.Path == "/startup")
        {
            await call.AnswerAsync(200, """{"status":"ready","timestamp":"2026-01-01T00:00:00Z"}""");
            return;
        }
        var isFirst = Interlocked.Increment(ref _connections) is 1;
        if (flaw is Flaw.NoSubprotocol) await call.WriteAsync(string.Join("\r\n", call.Switching()) + "\r\n\r\n");
        else await call.AcceptAsync();
        if (await GreetAsync(call)) await ConverseAsync(call, isFirst);
    }

    /// <summary>False if that was all.</summary>
    private async Task<bool> GreetAsync(RawCall call)
    {
        switch (flaw)
        {
            case Flaw.NoHello: await call.HangAsync(); return false;
            case Flaw.OtherHello: await call.SendTextAsync("""{"type":"heartbeat","heads":{}}"""); await call.HangAsync(); return false;
            case Flaw.Starting:
                await call.SendTextAsync("""{"type":"starting","node":"schema"}""");
                await call.SendCloseAsync(1013, "try again later");
                return false;
            case Flaw.CutAfterHello: await call.SendTextAsync(Welcome); call.Cut(); return false;
            case Flaw.EndAfterHello: await call.SendTextAsync(Welcome); return false;
            default: await call.SendTextAsync(Welcome); return true;
        }
    }

    private async Task ConverseAsync(RawCall call, bool isFirst)
    {
        while (true)
        {
            var (opcode, payload) = await call.ReceiveFrameAsync();
            switch (opcode)
            {
                case 1 when RawCall.Json(payload) is var command:
                    if (!await AnswerAsync(call, command)) return;
                    break;
                case 9:
                    if (flaw is Flaw.CutInHold && isFirst) { call.Cut(); return; }
                    if (flaw is Flaw.CloseInHold && isFirst) { await call.SendCloseAsync(1012, "service restart"); return; }
                    if (flaw is not Flaw.NoPong) await call.SendFrameAsync(10, payload);
                    break;
                case 8:
                    if (flaw is Flaw.NoAnswerToClose) await call.HangAsync();
                    if (flaw is not Flaw.NoCloseFrame) await call.SendFrameAsync(8, payload);
                    return;
            }
        }
    }

    private Task<bool> AnswerAsync(RawCall call, JsonObject command) => (string?)command["type"] is "run" ? RunAsync(call, command) : ResumeAsync(call, command);

    private async Task<bool> RunAsync(RawCall call, JsonObject command)
    {
        _thread = (string)command["threadId"]!;
        if (flaw is Flaw.RunRefused)
        {
            await call.SendTextAsync($$"""{"type":"error","id":{{command["id"]}},"code":"unavailable","message":"the store is away"}""");
            return true;
        }
        await call.SendTextAsync($$"""{"type":"accepted","id":{{command["id"]}},"threadId":"{{_thread}}","runId":"r1","cursor":"c0"}""");
        if (flaw is Flaw.RunFails)
        {
            await call.SendTextAsync(Frame("c0", "c1", """{"type":"RUN_ERROR","message":"the model is away","code":"agent_unreachable"}"""));
            return true;
        }
        if (flaw is Flaw.CutInTurn)
        {
            await SendAsync(call, 0, _events / 2);
            call.Cut();
            return false;
        }
        if (flaw is Flaw.GapInTurn) await SendAsync(call, 1, _events);
        else await SendAsync(call, 0, _events);
        return true;
    }

    private async Task<bool> ResumeAsync(RawCall call, JsonObject command)
    {
        // A client of another test that lost its server may look for it at this port.
        if ((string?)command["cursor"] is not ['c', .. var number] || !int.TryParse(number, out var from))
        {
            call.Cut();
            return false;
        }
        if (flaw is Flaw.ResumeRefused)
        {
            await call.SendTextAsync($$"""{"type":"error","id":{{command["id"]}},"code":"unknown_thread","message":"there is no such thread"}""");
            return true;
        }
        await call.SendTextAsync($$"""{"type":"subscribed","id":{{command["id"]}},"threadId":"{{_thread}}","result":"replayed","cursor":"c{{from}}"}""");
        switch (flaw)
        {
            case Flaw.ResumeFromStart: await SendAsync(call, 0, _events); break;
            case Flaw.ResumeSkips: await SendAsync(call, from + 1, _events); break;
            case Flaw.ResumeNothing: break;
            case Flaw.ResumeOtherEvents: await call.SendTextAsync(Frame($"c{from}", $"c{_events}", [.. Enumerable.Range(from, _events - from).Select(i => Event(i + 1))])); break;
            case Flaw.ResumeOtherPosition: await call.SendTextAsync(Frame($"c{from}", "c99", [.. Enumerable.Range(from, _events - from).Select(Event)])); break;
            default: await SendAsync(call, from, _events); break;
        }
        return true;
    }

    /// <summary>The events from one position to another, cut into frames anywhere, and now and then two messages in a frame.</summary>
    private async Task SendAsync(RawCall call, int from, int to)
    {
        var waiting = "";
        while (from < to)
        {
            var until = Math.Min(from + random.Next(1, 4), to);
            waiting += Frame($"c{from}", $"c{until}", [.. Enumerable.Range(from, until - from).Select(Event)]);
            from = until;
            if (from < to && random.Next(2) is 0) { waiting += "\n"; continue; }
            await call.SendTextAsync(waiting);
            waiting = "";
        }
    }

    private string Event(int number) => number == 0 ? """{"type":"RUN_STARTED","threadId":"t","runId":"r1"}"""
        : number == _events - 1 ? """{"type":"RUN_FINISHED","threadId":"t","runId":"r1","outcome":{"type":"success"}}"""
        : $$"""{"type":"TEXT_MESSAGE_CONTENT","messageId":"a","delta":"word {{number}} "}""";

    private string Frame(string after, string cursor, params string[] events) =>
        $$"""{"type":"events","threadId":"{{_thread}}","after":"{{after}}","cursor":"{{cursor}}","events":[{{string.Join(',', events)}}]}""";
}
