using Gatehouse.Consistency.Clusters;
using StackExchange.Redis;

namespace Gatehouse.Consistency.Faults;

/// <summary>What happens to Redis: it holds nothing that may not be lost, and everything that it holds gets lost here.</summary>
internal static class RedisFaults
{
    private const string Dump = "dump.rdb";
    private const string Kept = "kept.rdb";

    public static IReadOnlyList<Fault> All { get; } =
    [
        new("Redis killed, and empty when it is back", KillAsync),
        new("Redis flushed", FlushAsync),
        new("Redis rewound from an old dump", RewindAsync),
        new("Redis cuts its clients", CutClientsAsync),
        new("Redis cuts its subscribers", CutSubscribersAsync),
        new("Redis forgets its scripts", static (cluster, _) => SayAsync(cluster, "SCRIPT", "FLUSH")),
        new("Redis paused", PauseAsync),
    ];

    private static async Task KillAsync(Cluster cluster, Random random)
    {
        await cluster.Redis.KillAsync();
        File.Delete(Path.Combine(cluster.Redis.Directory, Dump));
        await Fault.HoldAsync(random, 100, 3000);
        await cluster.Redis.StartAgainAsync();
    }

    private static Task FlushAsync(Cluster cluster, Random random) => SayAsync(cluster, "FLUSHALL");

    private static async Task RewindAsync(Cluster cluster, Random random)
    {
        await SayAsync(cluster, "SAVE");
        File.Copy(Path.Combine(cluster.Redis.Directory, Dump), Path.Combine(cluster.Redis.Directory, Kept), overwrite: true);
        await Fault.HoldAsync(random, 500, 3000);       // conversations go on
        await cluster.Redis.KillAsync();
        File.Move(Path.Combine(cluster.Redis.Directory, Kept), Path.Combine(cluster.Redis.Directory, Dump), overwrite: true);
        await cluster.Redis.StartAgainAsync();
    }

    private static async Task CutClientsAsync(Cluster cluster, Random random)
    {
        for (var times = random.Next(1, 8); times > 0; times--)
        {
            await SayAsync(cluster, "CLIENT", "KILL", "TYPE", "normal");
            await Fault.HoldAsync(random, 50, 300);
        }
    }

    private static Task CutSubscribersAsync(Cluster cluster, Random random) => SayAsync(cluster, "CLIENT", "KILL", "TYPE", "pubsub");

    private static async Task PauseAsync(Cluster cluster, Random random)
    {
        cluster.Redis.Process.Signal(UnixSignal.Stop);
        await Fault.HoldAsync(random, 500, 4000);
        cluster.Redis.Process.Signal(UnixSignal.Continue);
    }

    private static async Task SayAsync(Cluster cluster, string command, params object[] arguments)
    {
        await using var redis = await ConnectionMultiplexer.ConnectAsync($"{cluster.Redis.Endpoint},allowAdmin=true");
        await redis.GetDatabase().ExecuteAsync(command, arguments);
    }
}
