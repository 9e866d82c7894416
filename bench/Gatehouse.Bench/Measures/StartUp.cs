using System.Diagnostics;
using Gatehouse.Bench.Load;
using Gatehouse.Bench.Servers;

namespace Gatehouse.Bench.Measures;

/// <summary>From exec to ready, and to the end of the first turn. Each start has an empty data directory.</summary>
internal sealed class StartUp(Scale scale, string built, Table table)
{
    private const string Ready = "exec to ready";
    private const string FirstTurn = "exec to first completed turn";

    private static readonly ServerKind[] Kinds = [ServerKind.Shipped, ServerKind.ShippedJit, ServerKind.SignalR, ServerKind.SocketIo];
    private static readonly Answer Short = new(Tokens: 20, PaceMs: 0, MergeMs: 40);

    public async Task MeasureAsync()
    {
        foreach (var measure in new[] { Ready, FirstTurn })
            table.Declare(measure, "ms", Kinds.Skip(1).Select(other => (ServerKind.Shipped.Name, other.Name))
                .Concat(Kinds.Skip(2).Select(other => (ServerKind.ShippedJit.Name, other.Name))));
        foreach (var kind in Kinds) await StartAsync(kind);                 // reads the files once
        for (var round = 0; round < scale.Starts; round++)
            foreach (var kind in Kinds)
            {
                var (ready, firstTurn) = await StartAsync(kind);
                table.Add(Ready, kind.Name, ready.TotalMilliseconds);
                table.Add(FirstTurn, kind.Name, firstTurn.TotalMilliseconds);
            }
    }

    private async Task<(TimeSpan Ready, TimeSpan FirstTurn)> StartAsync(ServerKind kind)
    {
        using var server = await ServerProcess.StartAsync(kind, built);
        var ready = Stopwatch.GetElapsedTime(server.StartedAt);
        var wire = Wire.Of(kind.Wire);
        using var peer = await Peer.ConnectAsync(wire, server.Port, source: 0);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        peer.TurnEnded = ended.SetResult;
        await peer.SendAsync(wire.Run("first", 0, Short));
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
        return (ready, Stopwatch.GetElapsedTime(server.StartedAt));
    }
}
