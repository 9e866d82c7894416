using System.Diagnostics;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>
/// From just before exec to the first answer of a probe, whatever it says, while one node ails in all the ways in which nodes ail; and the
/// slowest answer in the second after that, asked every 20 ms on a connection of its own.
/// </summary>
internal sealed class FirstAnswers(Scale scale, string built, Table table)
{
    private const string Slowest = "slowest probe of the next second";

    private static readonly string[] Paths = ["/startup", "/health"];
    private static readonly string[] Faults = ["late", "refusing", "hanging", "blocking", "failing", "throwing", "unmade", "fatal"];
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    public async Task MeasureAsync()
    {
        ServerKind[] kinds = [ServerKind.Shipped, .. Faults.Select(ServerKind.Ailing)];
        foreach (var path in Paths) table.Declare(First(path), "ms");
        table.Declare(Slowest, "ms");
        foreach (var kind in kinds)
            foreach (var path in Paths) table.Goal(First(path), Name(kind), 300);
        await StartAsync(kinds[0], count: false);           // reads the files once
        await StartAsync(kinds[1], count: false);
        for (var round = 0; round < scale.FaultRounds; round++)
            foreach (var kind in kinds)
                await StartAsync(kind, count: true);
    }

    private static string First(string path) => $"exec to first answer of {path}";

    private static string Name(ServerKind kind) => kind == ServerKind.Shipped ? "nothing ails" : kind.Name;

    private async Task StartAsync(ServerKind kind, bool count)
    {
        using var server = ServerProcess.Launch(kind, built);
        var first = await Task.WhenAll(Paths.Select(path => FirstAsync(server, path)));
        if (!count) return;
        foreach (var (path, time) in Paths.Zip(first)) table.Add(First(path), Name(kind), time.TotalMilliseconds);
        table.Add(Slowest, Name(kind), (await Task.WhenAll(Paths.Select(path => SlowestAsync(server, path)))).Max().TotalMilliseconds);
    }

    private static async Task<TimeSpan> FirstAsync(ServerProcess server, string path)
    {
        while (await Probe.AskAsync(server.Port, path) is null)
        {
            server.ThrowIfLate();
            await Task.Delay(1);
        }
        return Stopwatch.GetElapsedTime(server.StartedAt);
    }

    private static async Task<TimeSpan> SlowestAsync(ServerProcess server, string path)
    {
        var slowest = TimeSpan.Zero;
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < Watched; await Task.Delay(Rest))
        {
            var at = Stopwatch.GetTimestamp();
            if (await Probe.AskAsync(server.Port, path) is null) throw new InvalidOperationException($"{path} was not answered any more.");
            if (Stopwatch.GetElapsedTime(at) is var took && took > slowest) slowest = took;
        }
        return slowest;
    }
}
