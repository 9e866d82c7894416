using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Client.Tests;

public sealed class GatehouseClientTests
{
    private static readonly GatehouseClientOptions AtOnce = new() { Random = () => 0, CloseTimeout = TimeSpan.FromMilliseconds(1) };
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact(Timeout = 30_000)]
    public async Task Run_streams_an_answer_and_its_end()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce);
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var link = await server.WelcomeAsync();
        await AcceptRunAsync(link);
        var accepted = await running;
        await link.SendTextAsync(Events("c0", "c3", Started, TextStart, Text("Hel")) + "\n" + Events("c3", "c5", Text("lo"), Finished));
        var end = await client.WaitForRunAsync(accepted.RunId, Cancelled);
        Assert.Equal(RunEnd.Success, end.Outcome);
        Assert.Equal("Hello", Assert.Single(client.Thread("t")!.Messages).Content);
    }

    [Fact(Timeout = 30_000)]
    public async Task Cut_connection_is_resumed_at_the_cursor()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce);
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var first = await server.WelcomeAsync();
        await AcceptRunAsync(first);
        var end = client.WaitForRunAsync((await running).RunId, Cancelled);
        var applied = FirstAsync<EventsApplied>(client);
        await first.SendTextAsync(Events("c0", "c3", Started, TextStart, Text("one ")));
        await applied;
        first.Cut();
        var second = await server.WelcomeAsync();
        var subscribe = await second.ReceiveAsync();
        Assert.Equal("c3", (string)subscribe["cursor"]!);
        await second.SendAsync(new Subscribed(new((long)subscribe["id"]!), "t", Subscribed.Replayed, "c3"));
        await second.SendTextAsync(Events("c3", "c5", Text("two"), Finished));
        Assert.Equal(RunEnd.Success, (await end).Outcome);
        Assert.Equal("one two", client.Thread("t")!.Messages[0].Content);
    }

    [Fact(Timeout = 30_000)]
    public async Task Unanswered_run_is_sent_again_on_the_next_connection()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce);
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var first = await server.WelcomeAsync();
        var sent = await first.ReceiveAsync();
        first.Cut();
        var second = await server.WelcomeAsync();
        var again = await AcceptRunAsync(second);
        Assert.True(JsonNode.DeepEquals(sent, again));
        Assert.Equal("run1", (await running).RunId);
    }

    [Fact(Timeout = 30_000)]
    public async Task Refused_upgrade_tells_status_and_retry_after()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = "7";
            return Task.FromResult(false);
        };
        await using var client = new GatehouseClient(server.Address, AtOnce with { Clock = new FakeTimeProvider() });
        var failure = (await Assert.ThrowsAsync<GatehouseException>(() => client.ConnectAsync(Cancelled))).Link!;
        Assert.Equal(new UpgradeRefusal(503, TimeSpan.FromSeconds(7)), failure.Refusal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Unreachable_server_is_named_with_the_reason()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        await using var client = new GatehouseClient(new($"ws://127.0.0.1:{port}/ws"), AtOnce with { Clock = new FakeTimeProvider(), Random = () => 1 });
        var exception = await Assert.ThrowsAsync<GatehouseException>(() => client.ConnectAsync(Cancelled));
        Assert.Equal(GatehouseException.ConnectFailed, exception.Failure.Code);
        Assert.Contains($"ws://127.0.0.1:{port}/ws: connection refused", exception.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Upgrade_that_is_held_too_long_is_given_up()
    {
        await using var server = await ScriptedServer.StartAsync();
        var (arrived, release) = Hold(server);
        var clock = new FakeTimeProvider();
        await using var client = new GatehouseClient(server.Address, AtOnce with { Clock = clock, ConnectTimeout = TimeSpan.FromSeconds(5) });
        var connecting = client.ConnectAsync(Cancelled);
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(5));
        var exception = await Assert.ThrowsAsync<GatehouseException>(() => connecting);
        Assert.Equal("no answer within 5 s", exception.Link!.Reason);
        release.SetResult();
    }

    [Fact(Timeout = 30_000)]
    public async Task Client_that_is_disposed_while_it_connects_does_not_wait_for_the_answer()
    {
        await using var server = await ScriptedServer.StartAsync();
        var (arrived, release) = Hold(server);
        var client = new GatehouseClient(server.Address, AtOnce with { Clock = new FakeTimeProvider() });
        client.Start();
        await arrived.Task;
        await client.DisposeAsync();
        release.SetResult();
    }

    [Fact(Timeout = 30_000)]
    public async Task Silent_server_is_dropped_after_two_and_a_quarter_heartbeats()
    {
        await using var server = await ScriptedServer.StartAsync();
        var clock = new FakeTimeProvider();
        await using var client = new GatehouseClient(server.Address, AtOnce with { Clock = clock });
        var connecting = client.ConnectAsync(Cancelled);
        await server.WelcomeAsync();
        await connecting;
        clock.Advance(TimeSpan.FromSeconds(45));
        var again = await server.WelcomeAsync();
        await client.ConnectAsync(Cancelled);
        var closing = client.DisposeAsync();
        Assert.Equal(1000, await again.ReceiveCloseAsync());
        await closing;
    }

    [Fact(Timeout = 30_000)]
    public async Task Headers_and_subprotocols_go_with_the_upgrade()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce with
        {
            Headers = new Dictionary<string, string> { ["X-Self-Test"] = "42" },
            Configure = socket => socket.SetRequestHeader("Authorization", "Bearer a"),
        });
        client.Start();
        var headers = (await server.AcceptAsync()).Context.Request.Headers;
        Assert.Equal(("42", "Bearer a", "gatehouse.v1"),
            (headers["X-Self-Test"].ToString(), headers.Authorization.ToString(), headers.SecWebSocketProtocol.ToString()));
    }

    [Fact(Timeout = 30_000)]
    public async Task Raw_hook_sees_each_object_of_a_frame_and_frames_beyond_a_buffer()
    {
        await using var server = await ScriptedServer.StartAsync();
        var raw = new List<string>();
        await using var client = new GatehouseClient(server.Address, AtOnce with { OnRawMessage = (_, utf8) => raw.Add(Encoding.UTF8.GetString(utf8.Span)) });
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var link = await server.WelcomeAsync();
        await AcceptRunAsync(link);
        var end = client.WaitForRunAsync((await running).RunId, Cancelled);
        var large = new string('x', 100_000);
        await link.SendTextAsync("""{"type":"weather"}""" + "\n" + Events("c0", "c4", Started, TextStart, Text(large), Finished) + "\n");
        await end;
        Assert.Equal(large, client.Thread("t")!.Messages[0].Content);
        Assert.Equal(4, raw.Count);
        Assert.Equal("""{"type":"weather"}""", raw[2]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Dispose_closes_in_order_and_fails_what_has_no_answer()
    {
        await using var server = await ScriptedServer.StartAsync();
        var client = new GatehouseClient(server.Address, AtOnce with { CloseTimeout = TimeSpan.FromSeconds(30) });
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var link = await server.WelcomeAsync();
        await link.ReceiveAsync();
        var closed = link.ReceiveCloseAsync();
        await client.DisposeAsync();
        Assert.Equal(1000, await closed);
        Assert.Equal(Failure.Closed, (await Assert.ThrowsAsync<GatehouseException>(() => running)).Failure.Code);
        Assert.Equal(ConnectionState.Stopped, client.State);
    }

    [Fact(Timeout = 30_000)]
    public async Task Close_with_1009_fails_the_command_and_reconnects()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce);
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var first = await server.WelcomeAsync();
        await first.ReceiveAsync();
        await first.CloseAsync(1009);
        Assert.Equal(Failure.Refused, (await Assert.ThrowsAsync<GatehouseException>(() => running)).Failure.Code);
        await server.WelcomeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Expired_token_is_renewed_before_the_next_connection()
    {
        await using var server = await ScriptedServer.StartAsync();
        var token = "old";
        await using var client = new GatehouseClient(server.Address, AtOnce with
        {
            Configure = socket => socket.SetRequestHeader("Authorization", token),
            RefreshToken = _ => { token = "new"; return Task.CompletedTask; },
        });
        client.Start();
        await (await server.WelcomeAsync()).CloseAsync(4300);
        Assert.Equal("new", (await server.AcceptAsync()).Context.Request.Headers.Authorization.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task Goaway_moves_to_a_second_connection_and_closes_the_first()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce with { CloseTimeout = TimeSpan.FromSeconds(1) });
        client.Start();
        var first = await server.WelcomeAsync();
        await first.SendAsync(new GoAway(8000, 0, "drain"));
        await server.WelcomeAsync();
        Assert.Equal(1000, await first.ReceiveCloseAsync());
        Assert.Equal(ConnectionState.Connected, client.State);
    }

    [Fact(Timeout = 30_000)]
    public async Task Goaway_in_the_middle_of_an_answer_loses_and_doubles_nothing_and_answers_a_command_once()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce with { CloseTimeout = TimeSpan.FromSeconds(5) });
        var running = client.RunAsync("t", "hi", cancellationToken: Cancelled);
        var first = await server.WelcomeAsync();
        await AcceptRunAsync(first);
        var end = client.WaitForRunAsync((await running).RunId, Cancelled);
        await first.SendTextAsync(Events("c0", "c3", Started, TextStart, Text("one ")));
        await first.SendAsync(new GoAway(8000, 0, "drain"));
        var second = await server.AcceptAsync();                        // the first still serves
        var applied = FirstAsync<EventsApplied>(client, applied => applied.Message.Cursor is "c4");
        await first.SendTextAsync(Events("c3", "c4", Text("two ")));
        await applied;
        var listing = client.ListThreadsAsync(cancellationToken: Cancelled);
        var asked = await first.ReceiveAsync();
        await second.SendAsync(new Welcome("k2", "i", "1", 20000, 1000, 65536, "s2"));
        var subscribe = await second.ReceiveAsync();
        Assert.Equal("c4", (string)subscribe["cursor"]!);
        Assert.True(JsonNode.DeepEquals(asked, await second.ReceiveAsync()));
        await first.SendTextAsync(Events("c4", "c5", Text("three ")));  // too late, comes again on the second
        await second.SendAsync(new Subscribed(new((long)subscribe["id"]!), "t", Subscribed.Replayed, "c4"));
        await second.SendTextAsync(Events("c4", "c6", Text("three "), Finished));
        await second.SendAsync(new ThreadsMessage(new((long)asked["id"]!), []));
        Assert.Equal(1000, await first.ReceiveCloseAsync());
        Assert.Empty((await listing).Threads);
        Assert.Equal(RunEnd.Success, (await end).Outcome);
        Assert.Equal("one two three ", client.Thread("t")!.Messages[0].Content);
    }

    [Fact(Timeout = 30_000)]
    public async Task Message_that_is_none_drops_the_connection()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce);
        client.Start();
        var link = await server.WelcomeAsync();
        var ended = FirstAsync<LinkEnded>(client);
        await link.SendTextAsync("not json");
        Assert.Contains("no message of the protocol", (await ended).Failure.Reason);
        await server.AcceptAsync();
    }

    [Theory]
    [InlineData("localhost:8000", "ws://localhost:8000/ws")]
    [InlineData("http://host:81", "ws://host:81/ws")]
    [InlineData("https://host", "wss://host/ws")]
    [InlineData("wss://host/chat", "wss://host/chat")]
    [InlineData("ftp://host", null)]
    [InlineData("", null)]
    public void Address_is_read(string text, string? address) =>
        Assert.Equal(address, ServerAddress.TryParse(text, out var uri) ? uri.ToString() : null);

    private static async Task<JsonObject> AcceptRunAsync(ScriptedLink link)
    {
        var run = await link.ReceiveAsync();
        await link.SendAsync(new Accepted(new((long)run["id"]!), "t", "run1", "c0"));
        return run;
    }

    /// <summary>The first event of that kind from this call on.</summary>
    private static Task<T> FirstAsync<T>(GatehouseClient client, Predicate<T>? like = null) where T : ClientEvent
    {
        var events = client.ReadEventsAsync(Cancelled);
        return ReadAsync();

        async Task<T> ReadAsync()
        {
            await foreach (var @event in events)
            {
                if (@event is T wanted && like?.Invoke(wanted) is not false) return wanted;
            }
            throw new InvalidOperationException("the client has ended");
        }
    }

    private const string Started = """{"type":"RUN_STARTED","threadId":"t","runId":"run1"}""";
    private const string Finished = """{"type":"RUN_FINISHED","threadId":"t","runId":"run1","outcome":{"type":"success"}}""";
    private const string TextStart = """{"type":"TEXT_MESSAGE_START","messageId":"a","role":"assistant"}""";

    /// <summary>Has the server hold every upgrade, until that is released, and then refuse it.</summary>
    private static (TaskCompletionSource Arrived, TaskCompletionSource Release) Hold(ScriptedServer server)
    {
        var (arrived, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        server.Admit = async _ =>
        {
            arrived.TrySetResult();
            await release.Task;
            return false;
        };
        return (arrived, release);
    }

    private static string Text(string delta) => $$"""{"type":"TEXT_MESSAGE_CONTENT","messageId":"a","delta":"{{delta}}"}""";

    private static string Events(string after, string cursor, params string[] events) =>
        $$"""{"type":"events","threadId":"t","after":"{{after}}","cursor":"{{cursor}}","events":[{{string.Join(',', events)}}]}""";
}
