using System.Globalization;

namespace Gatehouse.Testing.Servers;

/// <summary>A Redis Cluster of the test's own: three servers that share the slots, with no replicas. Killed when disposed.</summary>
public sealed class RedisCluster : IAsyncDisposable
{
    private const int Size = 3;
    private const int Slots = 16384;
    private static readonly TimeSpan JoinLimit = TimeSpan.FromSeconds(60);

    private readonly RedisServer[] _servers;

    private RedisCluster(RedisServer[] servers) => _servers = servers;

    public IReadOnlyList<RedisServer> Servers => _servers;

    /// <summary>All servers, as a client is told them.</summary>
    public string Endpoints => string.Join(',', _servers.Select(server => server.Endpoint));

    public static async Task<RedisCluster> StartAsync()
    {
        var buses = Enumerable.Range(0, Size).Select(_ => Text(FreePort.Next())).ToArray();
        var cluster = new RedisCluster(await Task.WhenAll(buses.Select(bus => RedisServer.StartAsync(
            "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", bus))));
        for (var i = 0; i < Size; i++)
        {
            await cluster.Servers[i].AskAsync("CLUSTER", "ADDSLOTSRANGE", Text(i * Slots / Size), Text((i + 1) * Slots / Size - 1));
            await cluster.Servers[i].AskAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
            if (i > 0) await cluster.Servers[i].AskAsync("CLUSTER", "MEET", "127.0.0.1", Text(cluster.Servers[0].Port), buses[0]);
        }
        await cluster.JoinedAsync();
        return cluster;
    }

    /// <summary>Waits until every server knows every other and all slots are served.</summary>
    public async Task JoinedAsync()
    {
        using var patience = new CancellationTokenSource(JoinLimit);
        foreach (var server in _servers)
            while (true)
            {
                var info = await server.AskAsync("CLUSTER", "INFO");
                if (info.Contains("cluster_state:ok") && info.Contains($"cluster_known_nodes:{Size}") && info.Contains($"cluster_size:{Size}")) break;
                if (patience.IsCancellationRequested) throw new TimeoutException($"The cluster did not form in {JoinLimit}: {info}");
                await Task.Delay(50);
            }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) await server.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
