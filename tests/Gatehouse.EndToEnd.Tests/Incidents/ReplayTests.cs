using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Gatehouse.EndToEnd.Dependencies;

namespace Gatehouse.EndToEnd.Incidents;

/// <summary>
/// The incident that this project grew out of, for real: a server is started before its migration, its Redis flaps, its monitor throws, and
/// the platform's probe comes too early. The old way answers every upgrade with 503, and still does when the world is well again. Ours
/// holds them, heals, lets all of them in, and explains.
/// </summary>
public sealed class ReplayTests
{
    private const int Clients = 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(10) };

    [Fact(Timeout = 240_000)]
    public async Task The_old_way_fails_with_503_and_ours_holds_heals_and_explains()
    {
        await using var postgres = await PostgresServer.StartAsync("fsync=off");
        await using var redis = await RedisServer.StartAsync();
        var database = await postgres.CreateDatabaseAsync();
        var environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = database, ["ConnectionStrings__Redis"] = redis.Endpoint };
        using var flapping = new CancellationTokenSource();
        var flaps = FlapAsync(redis, flapping.Token);
        await using var old = ServerProcess.Launch(new ServerSetup { Program = Repository.Built("samples/Naive", "naive"), Environment = environment });
        await using var ours = ServerProcess.Launch(ServerSetup.Host(
            "--Billing:Monitor=throws", "--Admission:HoldSeconds=60", "--Admission:ConnectionsPerUser=0", "--Admission:HandshakesPerSecond=0",
            "--Incidents:StartSeconds=4", "--Incidents:StabilitySeconds=1") with
        { Environment = environment });
        await using var oldFront = Front.Of(old);
        await using var ourFront = Front.Of(ours);

        await Task.WhenAll(old.ListeningAsync(), ours.ListeningAsync());

        var refused = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => UpgradeAsync(oldFront)));
        Assert.All(refused, status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        var held = Enumerable.Range(0, Clients).Select(_ => UpgradeAsync(ourFront)).ToList();

        // It says why, down to the causes, while it waits.
        var why = await WhyAsync(ours, static codes => codes.Contains("schema.migration_behind@schema") && codes.Any(code => code.StartsWith("redis.flapping", StringComparison.Ordinal)));
        Assert.DoesNotContain("billing", why);      // it is ill, and is not the reason
        Assert.DoesNotContain(held, upgrade => upgrade.IsCompleted);

        // The world gets well: the migration lands, and Redis is left alone.
        await SharedDependencies.MigrateAsync(database);
        await flapping.CancelAsync();
        await flaps;

        Assert.All(await Task.WhenAll(held).WaitAsync(Patience), status => Assert.Equal(HttpStatusCode.SwitchingProtocols, status));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => UpgradeAsync(ourFront))), status => Assert.Equal(HttpStatusCode.SwitchingProtocols, status));
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => UpgradeAsync(oldFront))), status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        await RecordedAsync(ours);
    }

    private static async Task FlapAsync(RedisServer redis, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await redis.AskAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            await Task.Delay(TimeSpan.FromMilliseconds(400), stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>The status with which the upgrade was answered.</returns>
    private static async Task<HttpStatusCode> UpgradeAsync(Front front)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{front.Port}/ws"), patience.Token);
        }
        catch (WebSocketException) when (socket.HttpStatusCode != 0)
        {
            return socket.HttpStatusCode;
        }
        return socket.HttpStatusCode;
    }

    // Explained anew at each change, until it is as it should be.
    private static async Task<string> WhyAsync(ServerProcess server, Func<IReadOnlyList<string>, bool> isWanted)
    {
        using var live = new StatusStream(server.Port);
        IReadOnlyList<string> codes = [];
        await live.UntilAsync(async _ =>
        {
            var report = await Http.GetFromJsonAsync<JsonElement>(new Uri(server.Address, "/api/why"));
            codes = [.. report.GetProperty("roots").EnumerateArray()
                .Select(root => $"{root.GetProperty("code").GetString()}@{(root.TryGetProperty("node", out var node) ? node.GetString() : "")}")];
            return isWanted(codes);
        });
        return string.Join(", ", codes);
    }

    // The start that took too long is an incident, with the same causes; it is over by itself.
    private static async Task RecordedAsync(ServerProcess server)
    {
        using var live = new StatusStream(server.Port);
        await live.UntilAsync(status => status.GetProperty("incidents").EnumerateArray().Any(static incident =>
            incident.GetProperty("rules")[0].GetString() is "start_failed" && incident.TryGetProperty("closedAt", out _)
            && incident.GetProperty("roots").EnumerateArray().Any(root => root.GetString() == "schema.migration_behind@schema")));
    }
}
