using Gatehouse.Bench.Load;
using Gatehouse.Bench.Load.Pairs;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures.Distributed;

/// <summary>A client is away while 500 events happen and comes back to the other instance: until it has the last of them.</summary>
internal sealed class ResumeElsewhere(Scale scale, string built, Table table)
{
    private const int Readers = 10;
    private const int Missed = 500;
    private const int PaceMs = 50;
    private const string Median = "500 missed events at the other instance, median of 10";
    private const string Slowest = "500 missed events at the other instance, slowest of 10";
    private const string Events = "missed events that came, fewest of a reader";
    private const string NotResumed = "readers of 10 that did not get them all";

    private static readonly ServerKind[] Kinds = [ServerKind.Gatehouse, ServerKind.SocketIo];

    public async Task MeasureAsync()
    {
        foreach (var measure in new[] { Median, Slowest })
        {
            table.Declare(measure, "ms", (Kinds[0].Name, Kinds[1].Name));
            table.Unable(measure, ServerKind.SignalR.Name, "what it keeps is in the instance that the client left");
        }
        table.Declare(Events, "");
        table.Declare(NotResumed, "");
        table.Goal(NotResumed, Kinds[0].Name, 0);
        var pairs = new List<(ServerKind Kind, ServerPair Servers)>();
        try
        {
            foreach (var kind in Kinds) pairs.Add((kind, await ServerPair.StartAsync(kind, built)));
            for (var round = 0; round < scale.PairRounds; round++)
                foreach (var (kind, servers) in pairs)
                    Add(kind, await LoadProcess.RunAsync(new ResumePlan(servers.Pair, Readers, Missed, PaceMs)));
        }
        finally
        {
            foreach (var (_, servers) in pairs) await servers.DisposeAsync();
        }
    }

    private void Add(ServerKind kind, ResumeResult result)
    {
        table.Add(NotResumed, kind.Name, result.NotResumed);
        table.Add(Events, kind.Name, result.Events);
        if (result.Took.Length == 0) return;
        double[] sorted = [.. result.Took.Order()];
        table.Add(Median, kind.Name, sorted[sorted.Length / 2]);
        table.Add(Slowest, kind.Name, sorted[^1]);
    }
}
