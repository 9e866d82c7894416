using Gatehouse.Protocol;
using Gatehouse.Readiness;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>
/// Redis does all that is asked of it: on every node a log is begun, appended to and read, its keys have an expiry, and what is
/// published is heard. Being connected is no proof of any of these.
/// </summary>
/// <remarks>
/// A round is an INFO, three scripts, two TTLs and an echo for each node, all of them small, and where there are such things a look at
/// the user and at the cluster's slots; the log goes in a minute. Spares are asked for their INFO alone. A node's
/// <c>run_id</c> tells of a restart that nothing else has shown, which is reported as a break. A connection that was left
/// with a replica by a failover is renewed, in case the name of the primary leads to another server by now.
/// </remarks>
internal sealed class RedisCheck(
    RedisConnection connection, RedisSubscriptions subscriptions, RedisNames names, Instance instance, TimeProvider clock)
{
    private const string DefaultUser = "default";
    private const string AnotherUser = "it belongs to another user than it should";

    private static readonly RedisFault NotYet = new("Redis answers, and the client has not connected to it yet", "connection");
    private static readonly TimeSpan Expiry = TimeSpan.FromMinutes(1);
    private static readonly object[] Sections = ["server", "persistence", "replication", "memory"];

    private readonly RedisConversationLog _log = new(connection, subscriptions, names, window: 1, Expiry);
    private readonly Dictionary<string, Seen> _seen = new(StringComparer.Ordinal);      // by server; guarded by itself

    /// <summary>One round.</summary>
    public async Task<CheckResult> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            var client = await connection.ClientAsync(cancellationToken);
            if (!client.IsConnected) return await UnreachableAsync(NotYet, cancellationToken);
            return await RoundAsync(client, cancellationToken);
        }
        catch (Exception failed) when (Cause(failed) is RedisConnectionException broken)
        {
            return await UnreachableAsync(RedisFault.Of(broken), cancellationToken);
        }
        catch (Exception failed) when (RedisFault.IsTheWorlds(Cause(failed)))
        {
            return RedisFault.Of(Cause(failed)).Failed;
        }
    }

    private async Task<CheckResult> RoundAsync(ConnectionMultiplexer client, CancellationToken cancellationToken)
    {
        var servers = client.GetServers();
        if (servers.FirstOrDefault(server => server is { ServerType: ServerType.Cluster, IsReplica: false, IsConnected: false }) is { } away)
            return CheckResult.Failed($"there is no connection to {RedisAddress.NameOf(away.EndPoint)}, which holds threads", "connection");
        var connected = servers.Where(server => server.IsConnected).ToArray();
        var hasPrimary = connected.Any(server => !server.IsReplica);
        var asked = await Task.WhenAll(connected.Select(server => InfoAsync(server, isSpare: hasPrimary && server.IsReplica, cancellationToken)));
        RedisInfo[] infos = [.. asked.OfType<RedisInfo>()];
        if (Judge(infos) is { } fault)
        {
            if (fault.Signature == RedisFault.Replica.Signature) connection.Renew("it leads to a replica");
            return fault.Failed;
        }

        if (await RedisNodes.SlotsWithoutNodeAsync(connected, cancellationToken) is > 0 and var missing) return RedisFault.SlotsWithoutNode(missing).Failed;
        if (connected.FirstOrDefault(server => server.DatabaseCount > 0 && server.DatabaseCount <= connection.Address.Database) is { } small)
            return RedisFault.NoDatabase(connection.Address.Database, small.DatabaseCount).Failed;
        if (await IsAnotherUserAsync(connected, cancellationToken))
        {
            // Opened anew, in case the server knows the user by now.
            if (connection.Renew(AnotherUser)) subscriptions.Renew(AnotherUser);
            return RedisFault.OfError("WRONGPASS").Failed;
        }

        var probes = RedisNodes.Probes(client, names, instance);
        var kept = await Task.WhenAll(probes.Select(probe => KeepsAsync(client.GetDatabase(), probe, cancellationToken)));
        if (kept.FirstOrDefault(fault => fault is not null) is { } forgetful) return forgetful.Failed;
        if (await subscriptions.EchoAsync(cancellationToken) is { } deaf) return deaf.Failed;

        if (infos.FirstOrDefault(info => info.MayEvict) is { } evicting) return RedisFault.Evicting(evicting.EvictionPolicy).Degraded;
        return servers.Except(connected.Where((_, i) => asked[i] is not null)).FirstOrDefault() is { } spare
            ? RedisFault.SpareAway(spare.EndPoint).Degraded
            : CheckResult.HealthyPeer(infos.Where(info => !info.IsReplica).Min(info => info.Uptime));
    }

    // The log wraps what its client throws.
    private static Exception Cause(Exception failed) => failed is LogAwayException { InnerException: { } inner } ? inner : failed;

    private async Task<CheckResult> UnreachableAsync(RedisFault fault, CancellationToken cancellationToken) =>
        (await new RedisReach(connection.Address, clock).ExplainAsync(cancellationToken) ?? fault).Failed;

    // Null for a spare that does not answer: nothing needs it now.
    private async Task<RedisInfo?> InfoAsync(IServer server, bool isSpare, CancellationToken cancellationToken)
    {
        try
        {
            var info = RedisInfo.Read((string)(await server.ExecuteAsync("INFO", Sections).WaitAsync(cancellationToken))!);
            if (!info.IsReplica) NoticeRestart(RedisAddress.NameOf(server.EndPoint), info.RunId);
            return info;
        }
        catch (Exception silent) when (isSpare && RedisFault.IsTheWorlds(silent))
        {
            return null;
        }
    }

    // Where the default user is open the client carries on as that one when its own is refused. Who may not ask is another one.
    private async Task<bool> IsAnotherUserAsync(IServer[] connected, CancellationToken cancellationToken)
    {
        if (connection.Address.User is null or "" or DefaultUser) return false;
        try
        {
            var primaries = connected.Where(server => !server.IsReplica);
            var who = await Task.WhenAll(primaries.Select(server => server.ExecuteAsync("ACL", "WHOAMI"))).WaitAsync(cancellationToken);
            return who.Any(name => (string?)name == DefaultUser);
        }
        catch (RedisServerException)
        {
            return false;
        }
    }

    // Only one that nothing else has shown: behind a proxy of requests the connection outlives the server.
    private void NoticeRestart(string server, string runId)
    {
        var now = new Seen(runId, connection.Breaks);
        Seen before;
        lock (_seen)
        {
            before = _seen.GetValueOrDefault(server, now);
            _seen[server] = now;
        }
        if (before.RunId != now.RunId && before.Breaks == now.Breaks)
            connection.ReportBroken($"{server} is not the Redis that it was (another run_id): it restarted or was replaced");
    }

    private static RedisFault? Judge(RedisInfo[] infos)
    {
        var primaries = infos.Where(info => !info.IsReplica).ToArray();
        if ((primaries.Length > 0 ? primaries : infos).Any(info => info.IsLoading)) return RedisFault.OfError("LOADING");
        if (primaries.Length > 0) return null;
        return infos is [{ Primary: { } primary }, ..]
            ? RedisFault.Replica with { Reason = $"{RedisFault.Replica.Reason} (its primary is {primary})" }
            : RedisFault.Replica;
    }

    private async Task<RedisFault?> KeepsAsync(IDatabase database, string probe, CancellationToken cancellationToken)
    {
        var utf8 = Guid.NewGuid().ToByteArray();
        var begun = await _log.BeginAsync(probe, 1, Position.Start, cancellationToken);
        var appended = await _log.AppendAsync(probe, new(1, begun.Head, [new(begun.Head.Next(utf8), utf8)], begun.Head), cancellationToken);
        var read = await _log.ReadAsync(probe, begun.Head, 2, cancellationToken);
        if (appended.Verdict is not LogVerdict.Done || read.Entries is not [var entry] || !entry.Utf8.Span.SequenceEqual(utf8))
            return new("Redis does not keep what is written", "value lost");
        var left = await Task.WhenAll(names.Log(probe).Select(key => database.KeyTimeToLiveAsync(key))).WaitAsync(cancellationToken);
        return left.All(time => time > TimeSpan.Zero && time <= Expiry) ? null : new("Redis does not keep the expiry of what is written", "expiry lost");
    }

    private readonly record struct Seen(string RunId, int Breaks);
}
