using Gatehouse.Consistency.Clusters;
using Npgsql;

namespace Gatehouse.Consistency.Faults;

/// <summary>Long outages, each with what must hold about ownership when it is over. They throw if it does not.</summary>
internal static class Outages
{
    /// <summary>Redis is away for so long, and empty when it is back.</summary>
    public static Fault RedisGone(TimeSpan time) => new($"Redis gone for {time.TotalSeconds:0} s", async (cluster, _) =>
    {
        await cluster.Redis.KillAsync();
        await Task.Delay(time);
        await cluster.Redis.StartAgainAsync();
    });

    /// <summary>PostgreSQL is away for longer than a lease. Nobody has failed, so nobody is succeeded.</summary>
    public static Fault PostgresGoneLongerThanALease(TimeSpan lease) => new("PostgreSQL gone for longer than a lease", async (cluster, _) =>
    {
        var before = await OwnedAsync(cluster);
        await cluster.Postgres.StopAsync();
        await Task.Delay(lease * 1.7);
        await cluster.Postgres.StartAgainAsync();
        await Task.Delay(lease * 1.5);
        var after = await OwnedAsync(cluster);
        var both = before.Keys.Intersect(after.Keys).ToList();
        if (both.Count == 0) throw new InvalidOperationException("No run outlasted the outage, so that nothing was shown.");
        var taken = both.Where(run => before[run] != after[run]).ToList();
        if (taken.Count > 0) throw new InvalidOperationException($"{taken.Count} of {both.Count} runs were taken over: {taken[0]} from {before[taken[0]]} to {after[taken[0]]}.");
    });

    /// <summary>The server that owns most is paused for longer than a lease: the others take over, and it is refused when it wakes.</summary>
    public static Fault OwnerPausedPastItsLease(TimeSpan lease) => new("the owner of most paused past its lease", async (cluster, _) =>
    {
        var before = await OwnedAsync(cluster);
        var owner = before.Values.GroupBy(owned => owned.Owner).MaxBy(group => group.Count())!.Key;
        var member = await MemberAsync(cluster, owner);
        member.Server.Signal(UnixSignal.Stop);
        await Task.Delay(lease * 2);
        var after = await OwnedAsync(cluster);
        member.Server.Signal(UnixSignal.Continue);
        if (after.Values.Any(owned => owned.Owner == owner)) throw new InvalidOperationException($"{member} still owns a run after its lease.");
        if (!before.Any(run => run.Value.Owner == owner && after.TryGetValue(run.Key, out var now) && now.Generation > run.Value.Generation))
            throw new InvalidOperationException($"No run of {member} was taken over, so that nothing was shown.");
        await member.Server.ReadyAsync();
    });

    /// <summary>Whose each open run is.</summary>
    private static async Task<Dictionary<string, (string Owner, long Generation)>> OwnedAsync(Cluster cluster)
    {
        await using var database = NpgsqlDataSource.Create($"{cluster.Postgres.ConnectionString()};Pooling=false");
        await using var read = database.CreateCommand(
            """
            SELECT e.id, t.owner, t.generation FROM agent_executions e JOIN threads t ON t.id = e.thread_id
            WHERE e.state = 'running' AND t.owner IS NOT NULL AND NOT t.selftest
            """);
        await using var rows = await read.ExecuteReaderAsync();
        var owned = new Dictionary<string, (string, long)>(StringComparer.Ordinal);
        while (await rows.ReadAsync()) owned[rows.GetString(0)] = (rows.GetString(1), rows.GetInt64(2));
        return owned;
    }

    // An owner's name is told to its clients in the welcome.
    private static async Task<Member> MemberAsync(Cluster cluster, string owner)
    {
        foreach (var member in cluster.Members)
        {
            await using var client = await WireClient.ConnectAsync(member.Server.Port);
            if (client.Welcome.GetProperty("instance").GetString() == owner) return member;
        }
        throw new InvalidOperationException($"No member is {owner}.");
    }
}
