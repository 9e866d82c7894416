using Gatehouse.Readiness;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// Redis does all that is asked of it: every node may be written to, keeps a value and its expiry and runs a script, and what is
/// published is heard. Being connected is no proof of any of these.
/// </summary>
/// <remarks>
/// A round is an INFO, a SET, a script and an echo for each node, all of them small; the key that it writes goes in a minute. A node's
/// <c>run_id</c> tells of a restart that was too quick to be seen otherwise, which is reported as a break.
/// </remarks>
internal sealed class RedisCheck(RedisConnection connection, RedisSubscriptions subscriptions, RedisNames names, Instance instance, TimeProvider clock)
{
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);
    private static readonly object[] Sections = ["server", "persistence", "replication", "memory"];

    private readonly Dictionary<string, string> _runIds = new(StringComparer.Ordinal);      // by server; guarded by itself

    /// <summary>One round.</summary>
    public async Task<CheckResult> CheckAsync(NodeContext node, CancellationToken cancellationToken)
    {
        try
        {
            var client = await connection.ClientAsync(cancellationToken);
            if (!client.IsConnected) return await UnreachableAsync(RedisFault.NoAnswer, cancellationToken);
            return await RoundAsync(client, cancellationToken);
        }
        catch (RedisConnectionException broken)
        {
            return await UnreachableAsync(RedisFault.Of(broken), cancellationToken);
        }
        catch (Exception failed) when (failed is RedisException or RedisTimeoutException)
        {
            return RedisFault.Of(failed).Failed;
        }
    }

    private async Task<CheckResult> RoundAsync(ConnectionMultiplexer client, CancellationToken cancellationToken)
    {
        var servers = client.GetServers();
        if (servers.FirstOrDefault(server => server is { ServerType: ServerType.Cluster, IsReplica: false, IsConnected: false }) is { } away)
            return CheckResult.Failed($"there is no connection to {RedisAddress.NameOf(away.EndPoint)}, a node of the cluster that holds threads", "connection");
        var infos = await Task.WhenAll(servers.Where(server => server.IsConnected).Select(server => InfoAsync(server, cancellationToken)));
        if (Judge(infos) is { } fault) return fault.Failed;

        var database = client.GetDatabase();
        var kept = await Task.WhenAll(RedisNodes.Tags(client).Select(tag => KeepsAsync(database, names.Check(instance.Id, tag), cancellationToken)));
        if (kept.FirstOrDefault(fault => fault is not null) is { } forgetful) return forgetful.Failed;
        if (await subscriptions.EchoAsync(cancellationToken) is { } silent) return CheckResult.Failed($"what is published in Redis is not heard here: {silent}", "echo");

        return infos.FirstOrDefault(info => info.MayEvict) is { } evicting
            ? CheckResult.Degraded($"Redis may drop logs when its memory is full (maxmemory-policy {evicting.EvictionPolicy}); CONFIG SET maxmemory-policy noeviction", "maxmemory-policy")
            : CheckResult.HealthyPeer(infos.Min(info => info.Uptime));
    }

    private async Task<CheckResult> UnreachableAsync(RedisFault fault, CancellationToken cancellationToken) =>
        (await new RedisReach(connection.Address, clock).ExplainAsync(cancellationToken) ?? fault).Failed;

    private async Task<RedisInfo> InfoAsync(IServer server, CancellationToken cancellationToken)
    {
        var info = RedisInfo.Read((string)(await server.ExecuteAsync("INFO", Sections).WaitAsync(cancellationToken))!);
        NoticeRestart(RedisAddress.NameOf(server.EndPoint), info.RunId);
        return info;
    }

    private void NoticeRestart(string server, string runId)
    {
        lock (_runIds)
        {
            var before = _runIds.GetValueOrDefault(server, runId);
            _runIds[server] = runId;
            if (before == runId) return;
        }
        connection.Events.ReportBroken($"{server} is not the Redis that it was (another run_id): it restarted or was replaced");
    }

    private static RedisFault? Judge(RedisInfo[] infos)
    {
        if (infos.Any(info => info.IsLoading)) return RedisFault.OfError("LOADING");
        if (infos.Any(info => !info.IsReplica)) return null;
        return infos is [{ Primary: { } primary }, ..] ? RedisFault.Replica with { Reason = $"{RedisFault.Replica.Reason} (its primary is {primary})" } : RedisFault.Replica;
    }

    private static async Task<RedisFault?> KeepsAsync(IDatabase database, RedisKey key, CancellationToken cancellationToken)
    {
        var value = Random.Shared.NextInt64();
        var writing = database.StringSetAsync(key, value, Expiry);
        var reading = RedisScript.Check.EvaluateAsync(database, [key], []);
        await Task.WhenAll(writing, reading).WaitAsync(cancellationToken);
        var (read, left) = ((long?)reading.Result[0], (long)reading.Result[1]);
        if (read != value) return new("Redis does not keep what is written", "value lost");
        return left > 0 && left <= Expiry.TotalMilliseconds ? null : new("Redis does not keep the expiry of a value", "expiry lost");
    }
}
