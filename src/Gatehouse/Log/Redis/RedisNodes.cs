using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace Gatehouse.Log.Redis;

/// <summary>The servers of a cluster, or the one server there is.</summary>
internal static class RedisNodes
{
    private const int MostTags = 512;       // enough to hit each of 50 nodes but for once in 600 times

    /// <summary>For each node that holds keys, a tag: a name with the tag in braces lives there.</summary>
    public static IReadOnlyCollection<string> Tags(IConnectionMultiplexer client)
    {
        var primaries = client.GetServers().Count(server => server is { ServerType: ServerType.Cluster, IsReplica: false });
        if (primaries < 2) return ["0"];
        var tags = new Dictionary<EndPoint, string>();
        for (var i = 0; i < MostTags && tags.Count < primaries; i++)
        {
            var tag = i.ToString(CultureInfo.InvariantCulture);
            tags.TryAdd(client.GetServer((RedisKey)$"{{{tag}}}").EndPoint, tag);
        }
        return tags.Values;
    }
}
