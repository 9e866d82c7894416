using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>The nodes of a cluster that hold threads, or the one server there is.</summary>
internal static class RedisNodes
{
    private const int Slots = 16384;
    private const string Assigned = "cluster_slots_assigned:";
    private const int MostNames = 512;      // enough to hit each of 50 nodes, but for once in 600 times

    /// <summary>For each node, the name of a thread that would live there, to prove it with.</summary>
    public static IReadOnlyCollection<string> Probes(IConnectionMultiplexer client, RedisNames names, Instance instance)
    {
        var primaries = client.GetServers().Count(server => server is { ServerType: ServerType.Cluster, IsReplica: false });
        if (primaries < 2) return [RedisNames.Probe(instance, 0)];
        var probes = new Dictionary<EndPoint, string>();
        for (var i = 0; i < MostNames && probes.Count < primaries; i++)
        {
            var probe = RedisNames.Probe(instance, i);
            probes.TryAdd(client.GetServer(names.Log(probe)[0]).EndPoint, probe);
        }
        return probes.Values;
    }

    /// <summary>How many slots of the cluster no node has. Nothing else tells where cluster-require-full-coverage is off.</summary>
    public static async Task<int> SlotsWithoutNodeAsync(IEnumerable<IServer> servers, CancellationToken cancellationToken)
    {
        var primaries = servers.Where(server => server is { ServerType: ServerType.Cluster, IsReplica: false });
        var infos = await Task.WhenAll(primaries.Select(server => server.ExecuteAsync("CLUSTER", "INFO"))).WaitAsync(cancellationToken);
        return infos.Select(info => Missing((string?)info ?? "")).DefaultIfEmpty().Max();
    }

    // Lines such as cluster_slots_assigned:16384.
    private static int Missing(string info)
    {
        var at = info.IndexOf(Assigned, StringComparison.Ordinal);
        if (at < 0) return 0;
        var number = info.AsSpan(at + Assigned.Length);
        number = number[..number.IndexOfAnyExceptInRange('0', '9')];
        return Slots - int.Parse(number, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
