using Gatehouse.Bench.Load;
using Gatehouse.Bench.Load.Pairs;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures.Distributed;

/// <summary>
/// 20 answers of 500 tokens stream from one instance to readers at the other, while Redis ends without saving and is started again, empty,
/// two seconds later: how many tokens never come.
/// </summary>
internal sealed class RedisRestart(Scale scale, string built, Table table)
{
    private const int Threads = 20;
    private const int Tokens = 500;
    private const int PaceMs = 20;
    private const string Lost = "tokens of 10,000 lost in a restart of Redis";
    private const string Silence = "longest silence of a reader in it";

    private static readonly TimeSpan Away = TimeSpan.FromSeconds(2);
    private static readonly ServerKind[] Kinds = [ServerKind.Gatehouse, ServerKind.SignalR, ServerKind.SocketIo];

    public async Task MeasureAsync()
    {
        table.Declare(Lost, "");
        table.Goal(Lost, Kinds[0].Name, 0);
        table.Declare(Silence, "ms");
        var pairs = new List<(ServerKind Kind, ServerPair Servers)>();
        try
        {
            foreach (var kind in Kinds) pairs.Add((kind, await ServerPair.StartAsync(kind, built)));
            for (var round = 0; round < scale.PairRounds; round++)
                foreach (var (kind, servers) in pairs)
                    await MeasureAsync(kind, servers);
        }
        finally
        {
            foreach (var (_, servers) in pairs) await servers.DisposeAsync();
        }
    }

    private async Task MeasureAsync(ServerKind kind, ServerPair servers)
    {
        var redis = servers.Shared.Redis;
        var load = LoadProcess.RunAsync(new OutagePlan(servers.Pair, redis.Port, Threads, Tokens, PaceMs));
        if (await Task.WhenAny(redis.Process.ExitAsync(), load) != load)
        {
            await Task.Delay(Away);
            await redis.KillAsync();        // it has ended; forgets its process
            await redis.StartAgainAsync();
        }
        var result = await load;
        table.Add(Lost, kind.Name, result.Lost);
        table.Add(Silence, kind.Name, result.Silence);
        if (result.Reconnects > 0) Console.Error.WriteLine($"  {result.Reconnects} readers were cut off and came back.");
    }
}
