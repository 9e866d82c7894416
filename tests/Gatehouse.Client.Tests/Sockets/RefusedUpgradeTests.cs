using System.Collections.Concurrent;
using Gatehouse.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Client.Tests;

public sealed class RefusedUpgradeTests
{
    private static readonly GatehouseClientOptions AtOnce = new() { Random = () => 0, CloseTimeout = TimeSpan.FromMilliseconds(1) };
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private const string NotReady = """
        {"status":"not_ready","nodes":[{"name":"a","state":"ready"},{"name":"b","state":"failed","required":false},
        {"name":"schema","state":"checking"},{"name":"chat","state":"waiting","waitingOn":["schema"]}]}
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task First_connect_waits_out_a_server_that_says_later(int status)
    {
        await using var server = await ScriptedServer.StartAsync();
        var refusals = 0;
        server.Admit = context => Task.FromResult(IsProbe(context) || Interlocked.Increment(ref refusals) > 2 || !Refuse(context, status));
        await using var client = new GatehouseClient(server.Address, AtOnce);
        var connecting = client.ConnectAsync(Patience, Cancelled);
        await server.WelcomeAsync();
        await connecting;
        Assert.Equal(ConnectionState.Connected, client.State);
    }

    [Fact(Timeout = 30_000)]
    public async Task Retry_after_is_the_least_delay_and_jitter_comes_on_top()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = context =>
        {
            context.Response.Headers.RetryAfter = "7";
            return Task.FromResult(!Refuse(context, 503));
        };
        var waits = new TaskCompletionSource<StateChanged>();
        await using var client = new GatehouseClient(server.Address, AtOnce with
        {
            Random = () => 0.25,
            Clock = new FakeTimeProvider(),
            OnEvent = @event => { if (@event is StateChanged { State: ConnectionState.Waiting } wait) waits.TrySetResult(wait); },
        });
        client.Start();
        Assert.Equal(TimeSpan.FromSeconds(7.25), (await waits.Task.WaitAsync(Cancelled)).Delay);
    }

    [Fact(Timeout = 30_000)]
    public async Task Refusal_names_the_node_that_the_server_waits_for()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = async context =>
        {
            context.Response.StatusCode = 503;
            if (IsProbe(context)) await context.Response.WriteAsync(NotReady);
            return false;
        };
        var events = new ConcurrentQueue<ClientEvent>();
        await using var client = new GatehouseClient(server.Address, AtOnce with { Clock = new FakeTimeProvider(), Random = () => 1, OnEvent = events.Enqueue });
        var failure = (await Assert.ThrowsAsync<GatehouseException>(() => client.ConnectAsync(Cancelled))).Link!;
        Assert.Equal("schema", failure.Node);
        Assert.Equal("the server refused the connection with 503 ServiceUnavailable (it waits for node 'schema')", failure.Reason);
        Assert.Equal("schema", client.WaitingFor);
        Assert.Contains(events, @event => @event is StateChanged { State: ConnectionState.Waiting, Node: "schema" });
    }

    [Fact(Timeout = 30_000)]
    public async Task Node_that_starting_names_is_told_with_the_wait()
    {
        await using var server = await ScriptedServer.StartAsync();
        var events = new ConcurrentQueue<ClientEvent>();
        await using var client = new GatehouseClient(server.Address, AtOnce with { Clock = new FakeTimeProvider(), Random = () => 1, OnEvent = events.Enqueue });
        var connecting = client.ConnectAsync(Cancelled);
        var link = await server.AcceptAsync();
        await link.SendAsync(new Starting("schema"));
        await link.CloseAsync(1013);
        Assert.Equal("schema", (await Assert.ThrowsAsync<GatehouseException>(() => connecting)).Link!.Node);
        Assert.Equal("schema", client.WaitingFor);      // comes after all that the end of the link has caused
        Assert.Contains(events, @event => @event is StateChanged { State: ConnectionState.Waiting, CloseCode: 1013, Node: "schema" });
    }

    [Fact(Timeout = 30_000)]
    public async Task Patience_ends_with_what_the_server_said_last()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = context => Task.FromResult(!Refuse(context, 503));
        var clock = new FakeTimeProvider();
        var waits = new TaskCompletionSource();
        await using var client = new GatehouseClient(server.Address, AtOnce with
        {
            Clock = clock,
            Random = () => 0.9999,
            OnEvent = @event => { if (@event is StateChanged { State: ConnectionState.Waiting }) waits.TrySetResult(); },
        });
        var connecting = client.ConnectAsync(TimeSpan.FromSeconds(0.5), Cancelled);
        await waits.Task.WaitAsync(Cancelled);
        clock.Advance(TimeSpan.FromSeconds(0.5));
        var failure = (await Assert.ThrowsAsync<GatehouseException>(() => connecting)).Link!;
        Assert.StartsWith("gave up after 0.5 s: ", failure.Reason);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(200, "/ws")]
    [InlineData(302, "wss")]
    [InlineData(400, Limits.Subprotocol)]
    [InlineData(401, "Authorization")]
    [InlineData(403, "origin")]
    [InlineData(404, "/ws")]
    [InlineData(426, "proxy")]
    public async Task What_waiting_cannot_mend_is_said_at_once_with_what_would_be_right(int status, string right)
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = context => Task.FromResult(!Refuse(context, status));
        var stopped = new TaskCompletionSource();
        await using var client = new GatehouseClient(server.Address, AtOnce with
        {
            OnEvent = @event => { if (@event is StateChanged { State: ConnectionState.Stopped }) stopped.TrySetResult(); },
        });
        var exception = await Assert.ThrowsAsync<GatehouseException>(() => client.ConnectAsync(Patience, Cancelled));
        Assert.Contains(status.ToString(), exception.Link!.Reason);
        Assert.Contains(right, exception.Link.Reason);
        await stopped.Task.WaitAsync(Cancelled);
    }

    [Fact(Timeout = 30_000)]
    public async Task Unauthorized_upgrade_asks_for_a_new_token()
    {
        await using var server = await ScriptedServer.StartAsync();
        server.Admit = context => Task.FromResult(context.Request.Headers.Authorization == "new" || !Refuse(context, 401));
        var token = "old";
        await using var client = new GatehouseClient(server.Address, AtOnce with
        {
            Configure = socket => socket.SetRequestHeader("Authorization", token),
            RefreshToken = _ => { token = "new"; return Task.CompletedTask; },
        });
        var connecting = client.ConnectAsync(Patience, Cancelled);
        await server.WelcomeAsync();
        await connecting;
    }

    [Fact(Timeout = 30_000)]
    public async Task Address_that_has_worked_is_tried_again_whatever_stands_in_its_place_for_a_while()
    {
        await using var server = await ScriptedServer.StartAsync();
        await using var client = new GatehouseClient(server.Address, AtOnce);
        var connecting = client.ConnectAsync(Cancelled);
        var first = await server.WelcomeAsync();
        await connecting;
        var refusals = 0;
        server.Admit = context => Task.FromResult(Interlocked.Increment(ref refusals) > 1 || !Refuse(context, 404));
        first.Cut();
        await server.WelcomeAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task Resume_token_of_the_latest_welcome_is_shown_beside_the_query_and_nowhere_told()
    {
        await using var server = await ScriptedServer.StartAsync();
        var events = new ConcurrentQueue<ClientEvent>();
        var refused = new TaskCompletionSource();
        var address = new Uri($"{server.Address}?room=a%20b");
        await using var client = new GatehouseClient(address, AtOnce with
        {
            OnEvent = told =>
            {
                events.Enqueue(told);
                if (told is LinkEnded { Failure.Refusal: not null }) refused.TrySetResult();
            },
        });
        client.Start();
        var first = await server.AcceptAsync();
        await first.SendAsync(new Welcome("k", "i", "1", 20000, 0, 65536, "se+cret"));
        Assert.Equal("?room=a%20b", first.Context.Request.QueryString.Value);
        server.Admit = context => Task.FromResult(!Refuse(context, 503));
        await first.CloseAsync(4200);
        await refused.Task;
        server.Admit = _ => Task.FromResult(true);
        var second = await server.AcceptAsync();
        Assert.Equal("?room=a%20b&resume=se%2Bcret", second.Context.Request.QueryString.Value);
        Assert.DoesNotContain(events, @event => @event.ToString().Contains("cret"));
        Assert.DoesNotContain("cret", new OpenLink(1, default, "se+cret").ToString());
    }

    private static bool IsProbe(HttpContext context) => context.Request.Path == "/ready";

    private static bool Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return true;
    }
}
