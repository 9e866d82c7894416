using System.Net;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>The nodes of a cluster that hold threads, or the one server there is.</summary>
internal static class RedisNodes
{
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
}
