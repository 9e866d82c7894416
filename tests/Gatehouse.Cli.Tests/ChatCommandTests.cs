using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gatehouse.Client;
using Gatehouse.Client.Tests;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Cli.Tests;

public sealed class ChatCommandTests
{
    private readonly SignallingWriter _out = new();
    private readonly StringWriter _error = new();

    [Fact(Timeout = 30_000)]
    public async Task Message_is_answered_on_standard_output_and_tools_on_standard_error()
    {
        await using var server = await ScriptedServer.StartAsync();
        var chatting = ChatAsync("", false, server.Address.ToString(), "--message", "why?");
        var link = await server.WelcomeAsync();
        var run = await AcceptAsync(link);
        Assert.Equal("why?", (string)run["text"]!);
        await SendTurnAsync(link, run, "c0", "Because.", tool: true);
        Assert.Equal(0, await EndAsync(link, chatting));
        Assert.Equal("Because.\n", _out.ToString());
        Assert.Contains("· usage({}) → 3", _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Question_on_standard_input_is_answered()
    {
        await using var server = await ScriptedServer.StartAsync();
        var chatting = ChatAsync("why?\n", false, server.Address.ToString().Replace("ws:", "http:"));
        var link = await server.WelcomeAsync();
        var run = await AcceptAsync(link);
        Assert.Equal("why?", (string)run["text"]!);
        await SendTurnAsync(link, run, "c0", "Because.");
        Assert.Equal((0, "Because.\n"), (await EndAsync(link, chatting), _out.ToString()));
    }

    [Fact(Timeout = 30_000)]
    public async Task Failed_run_ends_with_two()
    {
        await using var server = await ScriptedServer.StartAsync();
        var chatting = ChatAsync("", false, server.Address.ToString(), "-m", "why?");
        var link = await server.WelcomeAsync();
        await AcceptAsync(link);
        await link.SendTextAsync(Events("c0", "c1", """{"type":"RUN_STARTED","threadId":"t","runId":"run1"}""",
            """{"type":"RUN_ERROR","message":"the model is away","code":"agent_unreachable"}"""));
        Assert.Equal(2, await EndAsync(link, chatting));
        Assert.Contains("the model is away (agent_unreachable)", _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Unreachable_server_is_one_line_and_one()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        Assert.Equal(1, await ChatAsync("", false, $"localhost:{port}", "-m", "hi"));
        Assert.Equal($"gatehouse: cannot connect to ws://localhost:{port}/ws: connection refused\n", _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Server_that_is_starting_is_waited_for_and_why_is_said_in_one_line()
    {
        await using var server = await ScriptedServer.StartAsync();
        var upgrades = 0;
        server.Admit = async context =>
        {
            if (context.WebSockets.IsWebSocketRequest && Interlocked.Increment(ref upgrades) > 1) return true;
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "1";
            if (context.Request.Path == "/ready") await context.Response.WriteAsync("""{"nodes":[{"name":"schema","state":"checking"}]}""");
            return false;
        };
        var chatting = ChatAsync("", false, server.Address.ToString(), "-m", "why?");
        var link = await server.WelcomeAsync();
        await SendTurnAsync(link, await AcceptAsync(link), "c0", "Because.");
        Assert.Equal((0, "Because.\n"), (await EndAsync(link, chatting), _out.ToString()));
        Assert.Matches(@"^waiting for node 'schema' \(the server answers 503\), next try in [0-9.]+ s\n$", _error.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("0.1", 503, @"^(waiting for [^\n]*\n)*gatehouse: cannot connect to ws://[^ ]*/ws: gave up after 0\.1 s: [^\n]*\n$")]
    [InlineData("0", 503, @"^gatehouse: cannot connect to ws://[^ ]*/ws: the server refused the connection with 503 ServiceUnavailable\n$")]
    [InlineData("60", 404, @"^gatehouse: cannot connect to [^\n]* with 404 NotFound: there is nothing at this path, it is /ws by default\n$")]
    public async Task Wait_has_a_bound_and_what_waiting_cannot_mend_is_not_waited_for(string seconds, int status, string said)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = context =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(false);
        };
        Assert.Equal(1, await ChatAsync("", false, server.Address.ToString(), "-m", "hi", "--wait", seconds));
        Assert.Matches(said, _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Wait_that_is_negative_is_an_error()
    {
        Assert.Equal(1, await ChatAsync("", false, "localhost:1", "-m", "hi", "--wait=-1"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Person_lists_opens_and_leaves()
    {
        await using var server = await ScriptedServer.StartAsync();
        var chatting = ChatAsync("/threads\n/open 1\n/open 9\n/what\n/quit\n", true, server.Address.ToString());
        var link = await server.WelcomeAsync();
        var list = await link.ReceiveAsync();
        await link.SendAsync(new ThreadsMessage(Id(list), [new("t1", "The first", 0)]));
        var subscribe = await link.ReceiveAsync();
        await link.SendAsync(new Subscribed(Id(subscribe), "t1", Subscribed.Snapshot, "c1"),
            new SnapshotMessage("t1", "c1", [new("m", "user", "hello"), new("a", "assistant", "Hi!")], null, [], []));
        Assert.Equal(0, await EndAsync(link, chatting));
        Assert.Contains("1  1970-01-01 00:00  The first", _error.ToString());
        Assert.Contains("> hello", _error.ToString());
        Assert.Contains("Hi!", _out.ToString());
        Assert.Contains("there is no such number", _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Person_approves_what_the_agent_asks()
    {
        await using var server = await ScriptedServer.StartAsync();
        var chatting = ChatAsync("restart it\ny\n/quit\n", true, server.Address.ToString());
        var link = await server.WelcomeAsync();
        await AcceptAsync(link);
        await link.SendTextAsync(Events("c0", "c1", """{"type":"RUN_STARTED","threadId":"t","runId":"run1"}""",
            """{"type":"RUN_FINISHED","threadId":"t","runId":"run1","outcome":{"type":"interrupt","interrupts":[{"id":"i1","reason":"tool_call","message":"May I?"}]}}"""));
        var answer = await link.ReceiveAsync();
        Assert.True((bool)answer["payload"]!["approved"]!);
        await link.SendAsync(new Accepted(Id(answer), Thread, "run2", "c1"));
        await link.SendTextAsync(Events("c1", "c2", """{"type":"RUN_STARTED","threadId":"t","runId":"run2"}""",
            """{"type":"RUN_FINISHED","threadId":"t","runId":"run2","outcome":{"type":"success"}}"""));
        Assert.Equal(0, await EndAsync(link, chatting));
        Assert.Contains("? May I?", _error.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Ctrl_C_cancels_the_answer_and_then_leaves()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, new() { CloseTimeout = TimeSpan.FromMilliseconds(1) });
        var chat = new Conversation(client, new(TextReader.Null, _out, _error), null);
        using var interruption = new Interruption(chat);
        var saying = chat.SayAsync("tell me", interruption.Left);
        var link = await server.WelcomeAsync();
        var printed = _out.WaitForAsync("Once");
        await AcceptAsync(link);
        await link.SendTextAsync(Events("c0", "c1", """{"type":"RUN_STARTED","threadId":"t","runId":"run1"}""",
            """{"type":"TEXT_MESSAGE_START","messageId":"a","role":"assistant"}""",
            """{"type":"TEXT_MESSAGE_CONTENT","messageId":"a","delta":"Once"}"""));
        await printed;
        interruption.Press();
        Assert.Equal("run1", (string)(await link.ReceiveAsync())["runId"]!);
        await link.SendTextAsync(Events("c1", "c2",
            """{"type":"RUN_FINISHED","threadId":"t","runId":"run1","outcome":{"type":"cancelled"}}"""));
        Assert.Equal(RunEnd.Cancelled, (await saying)?.Outcome);
        Assert.False(interruption.Left.IsCancellationRequested);
        interruption.Press();
        Assert.True(interruption.Left.IsCancellationRequested);
    }

    private string Thread { get; set; } = "";

    private Task<int> ChatAsync(string input, bool interactive, params string[] args)
    {
        var terminal = new Terminal(new StringReader(input), _out, _error) { IsInteractive = interactive };
        return ChatCommand.Create(terminal).Parse(args).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);
    }

    private static async Task<int> EndAsync(ScriptedLink link, Task<int> chatting)
    {
        await link.ReceiveCloseAsync();
        return await chatting;
    }

    private async Task<JsonObject> AcceptAsync(ScriptedLink link)
    {
        var run = await link.ReceiveAsync();
        Thread = (string)run["threadId"]!;
        await link.SendAsync(new Accepted(Id(run), Thread, "run1", "c0"));
        return run;
    }

    private Task SendTurnAsync(ScriptedLink link, JsonObject run, string after, string answer, bool tool = false) =>
        link.SendTextAsync(Events(after, "c9", [
            """{"type":"RUN_STARTED","threadId":"t","runId":"run1"}""",
            $$"""{"type":"TEXT_MESSAGE_START","messageId":"{{run["messageId"]}}","role":"user"}""",
            .. tool ? Tool : [],
            """{"type":"TEXT_MESSAGE_START","messageId":"a","role":"assistant"}""",
            $$"""{"type":"TEXT_MESSAGE_CONTENT","messageId":"a","delta":"{{answer}}"}""",
            """{"type":"RUN_FINISHED","threadId":"t","runId":"run1","outcome":{"type":"success"}}""",
        ]));

    private static readonly string[] Tool =
    [
        """{"type":"TOOL_CALL_START","toolCallId":"k","toolCallName":"usage"}""",
        """{"type":"TOOL_CALL_ARGS","toolCallId":"k","delta":"{}"}""",
        """{"type":"TOOL_CALL_RESULT","messageId":"r","toolCallId":"k","content":"3"}""",
    ];

    private static CommandId Id(JsonObject command) => new((long)command["id"]!);

    private string Events(string after, string cursor, params string[] events) =>
        $$"""{"type":"events","threadId":"{{Thread}}","after":"{{after}}","cursor":"{{cursor}}","events":[{{string.Join(',', events)}}]}""";
}
