using System.Collections.Concurrent;
using System.Net;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Admission;

/// <summary>Clients that come while the server starts: held and served, or told clearly, and never let in to stall.</summary>
public sealed class SlowStartTests
{
    private const string Patient = "--Admission:HoldSeconds=60";
    private const int Clients = 500;

    [Fact(Timeout = 240_000)]
    public async Task Everyone_of_500_clients_gets_its_chat_and_none_sees_an_error()
    {
        await using var world = await World.StartAsync(Patient);
        var connecting = world.Connect(Clients);
        await world.HeldAsync(Clients);
        Assert.DoesNotContain(connecting, each => each.IsCompleted);
        await world.RaiseAsync();

        await ChatAsync(connecting);

        Assert.Equal(Clients, await world.HandshakesAsync("outcome=\"accepted\",reason=\"held\",node=\"world\""));
        Assert.Equal(0, await world.HandshakesAsync("outcome=\"refused\""));
        Assert.Equal(0, await world.Server.MetricAsync("gatehouse_connections{state=\"held\"}"));
    }

    [Fact(Timeout = 240_000)]
    public async Task Beyond_the_bound_they_are_told_503_at_once_and_those_within_get_their_chat()
    {
        await using var world = await World.StartAsync(Patient, "--Admission:MaxHeld=100");
        var connecting = world.Connect(100);
        await world.HeldAsync(100);
        var mostHeld = new ConcurrentBag<double?>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Clients - 100), new ParallelOptions { MaxDegreeOfParallelism = 50 }, async (number, _) =>
        {
            using var answer = await world.UpgradeAsync();
            await World.AssertRefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "not_ready", "world");
            if (number % 20 == 0) mostHeld.Add(await world.Server.MetricAsync("gatehouse_connections{state=\"held\"}"));
        });
        Assert.All(mostHeld, held => Assert.Equal(100, held));
        await world.RaiseAsync();

        await ChatAsync(connecting);

        Assert.Equal(100, await world.HandshakesAsync("outcome=\"accepted\""));
        Assert.Equal(Clients - 100, await world.HandshakesAsync("outcome=\"refused\",reason=\"not_ready\",node=\"world\""));
    }

    [Fact(Timeout = 120_000)]
    public async Task When_the_hold_is_over_it_is_503_with_the_node()
    {
        await using var world = await World.StartAsync("--Admission:HoldSeconds=1");
        using var answer = await world.UpgradeAsync();
        await World.AssertRefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "not_ready", "world");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_client_that_goes_away_while_it_is_held_frees_its_place_at_once()
    {
        await using var world = await World.StartAsync(Patient, "--Admission:MaxHeld=1");
        for (var time = 0; time < 3; time++)
        {
            using var line = new System.Net.Sockets.TcpClient();
            await line.ConnectAsync("127.0.0.1", world.Port);
            await line.GetStream().WriteAsync(
                "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"u8.ToArray());
            await world.HeldAsync(1);
            line.Close();
            await world.HeldAsync(0);
        }
        Assert.Equal(0, await world.HandshakesAsync(""));
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_it_is_asked_for_the_client_is_told_starting_and_closed_with_1013()
    {
        await using var world = await World.StartAsync("--Admission:HoldSeconds=0", "--Admission:Starting=true");
        await using var client = await WireClient.ConnectAsync(world.Port);
        Assert.Equal(("starting", "world"), (client.Welcome.Text("type"), client.Welcome.Text("node")));
        Assert.Equal(1013, await client.EndAsync());
        Assert.Equal(1, await world.HandshakesAsync("outcome=\"refused\",reason=\"not_ready\",node=\"world\""));
        Assert.Equal(0, await world.Server.MetricAsync("gatehouse_connections"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_fault_that_waiting_cannot_mend_is_told_to_those_who_wait()
    {
        await using var world = await World.StartAsync(Patient);
        var waiting = world.UpgradeAsync();
        await world.HeldAsync(1);
        await world.SayAsync("fatal", "failed");
        using var answer = await waiting;
        await World.AssertRefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "not_ready", "world");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_stops_tells_those_who_wait_and_is_not_held_up_by_them()
    {
        await using var world = await World.StartAsync(Patient);
        var waiting = Enumerable.Range(0, 20).Select(_ => world.UpgradeAsync()).ToList();
        await world.HeldAsync(20);
        world.Server.Terminate();
        foreach (var each in waiting)
        {
            using var answer = await each;
            await World.AssertRefusedAsync(answer, HttpStatusCode.ServiceUnavailable, "draining");
        }
        Assert.Equal(0, await world.Server.ExitAsync());
    }

    /// <summary>The listener reads ahead of the upgrade; by default up to 1 MiB, for each connection that is held.</summary>
    [Fact(Timeout = 120_000)]
    public async Task What_those_who_wait_send_early_does_not_fill_the_memory()
    {
        const int early = 1024 * 1024;
        await using var world = await World.StartAsync(Patient);
        var before = world.Server.ResidentBytes;
        using var lines = new EarlyLines();
        for (var line = 0; line < 200; line++) await lines.AddAsync(world.Port, early);
        await world.HeldAsync(200);
        var (most, calm) = (world.Server.ResidentBytes, 0);
        while (calm < 20)
        {
            await world.HeldAsync(200);
            calm = world.Server.ResidentBytes > most ? 0 : calm + 1;
            most = Math.Max(most, world.Server.ResidentBytes);
        }
        Assert.InRange(most - before, 0, 200 * early / 2);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("KeepServing")]
    [InlineData("Hold")]
    [InlineData("Refuse")]
    public async Task When_a_node_falls_open_sockets_stay_open_and_newcomers_get_what_its_policy_says(string policy)
    {
        await using var world = await World.StartAsync(Patient, $"--World:WhenDown={policy}");
        await world.RaiseAsync();
        await using var open = await WireClient.ConnectAsync(world.Port);
        await open.TurnAsync("hello", agent: "ops");
        await world.FellAsync();

        if (policy == "Refuse")
        {
            using var refused = await world.UpgradeAsync();
            await World.AssertRefusedAsync(refused, HttpStatusCode.ServiceUnavailable, "not_ready", "world");
        }
        var connecting = policy == "Refuse" ? [] : world.Connect(1);
        if (policy == "Hold") await world.HeldAsync(1);
        if (policy == "KeepServing") await ChatAsync(connecting);
        await open.TurnAsync("hello", agent: "ops");
        await world.RaiseAsync();
        if (policy == "Hold") await ChatAsync(connecting);
        await open.TurnAsync("hello", agent: "ops");
    }

    [Fact(Timeout = 120_000)]
    public async Task What_shows_why_it_is_not_ready_is_reachable()
    {
        await using var world = await World.StartAsync();
        foreach (var path in new[] { "/health", "/api/startup", "/metrics", "/", "/app/main.js" })
        {
            using var answer = await world.Server.GetAsync(path);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{path}: {answer.StatusCode}");
        }
    }

    // Each gets an answer to its own message. Those who connected all stay until the last is done.
    private static async Task ChatAsync(Task<WireClient>[] connecting)
    {
        var clients = await Task.WhenAll(connecting);
        try
        {
            Assert.All(clients, client => Assert.Equal("welcome", client.Welcome.Text("type")));
            await Task.WhenAll(clients.Select(async client =>
            {
                var record = await client.TurnAsync("hello", agent: "ops");
                Assert.Contains("TEXT_MESSAGE_CONTENT", record.Types);
                Assert.Contains("RUN_FINISHED", record.Types);
            }));
        }
        finally
        {
            foreach (var client in clients) await client.DisposeAsync();
        }
    }
}
