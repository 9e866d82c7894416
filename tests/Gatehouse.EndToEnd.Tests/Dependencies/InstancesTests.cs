using Gatehouse.EndToEnd.Harness;
using Gatehouse.EndToEnd.Probing;

namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>PostgreSQL without Redis is for one instance: the next one says so, and opens when the first has gone, however that went.</summary>
public sealed class InstancesTests(SharedDependencies shared)
{
    [Fact(Timeout = 180_000)]
    public async Task Without_Redis_one_instance_serves_and_another_one_when_it_has_gone()
    {
        var database = await shared.MigratedAsync();
        await using var first = await ServerProcess.StartAsync(Setup(database));

        // One that ends in order.
        await using var second = await WatchedServer.LaunchAsync(Setup(database));
        await IsToldAsync(second, "another instance uses this database, and without Redis only one can: give ConnectionStrings:Redis to all instances, or stop the other one");
        await ChatsAsync(first);
        await second.OpensAsync(async () =>
        {
            first.Terminate();
            Assert.Equal(0, await first.ExitAsync());
        });
        await ChatsAsync(second.Server);

        // One that is killed.
        await using var third = await WatchedServer.LaunchAsync(Setup(database));
        await IsToldAsync(third, "another instance uses this database");
        await third.OpensAsync(second.Server.KillAsync);
        await ChatsAsync(third.Server);

        // With Redis beside one without.
        await using var fourth = await WatchedServer.LaunchAsync(Setup(database, shared.RedisAddress()));
        await IsToldAsync(fourth, "an instance without Redis uses this database, and none can beside it: give it ConnectionStrings:Redis too, or stop it");
    }

    private static async Task IsToldAsync(WatchedServer watched, string says)
    {
        await watched.Probes.UntilAsync("/startup", report => report.ReasonOf("instances")?.StartsWith(says) == true);
        await watched.StaysClosedAsync();
        await watched.Server.HidesAsync(PostgresServer.Password, SharedDependencies.RedisPassword);
    }

    private static async Task ChatsAsync(ServerProcess server)
    {
        await using var client = await WireClient.ConnectAsync(server.Port);
        await client.TurnAsync("how many connections?");
    }

    private static ServerSetup Setup(string database, string? redis = null) => new("--Ops:TokensPerSecond=0")
    {
        Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = database, ["ConnectionStrings__Redis"] = redis },
    };
}
