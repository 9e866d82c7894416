namespace Gatehouse.Bench.Load;

/// <summary>What an idle load is; given to the load's process as one argument.</summary>
/// <param name="Levels">Numbers of connections at which memory is looked at, growing.</param>
/// <param name="SettleSeconds">How long connections are open before that.</param>
internal sealed record IdleLoadPlan(string Wire, int Port, int ServerProcess, int[] Levels, int SettleSeconds);

/// <summary>Bytes per connection at each level, over what the server had before the first.</summary>
internal sealed record IdleLoadResult(double[] BytesPerConnection);

/// <summary>Connections that are opened and say nothing but what keeps them open.</summary>
internal sealed class IdleLoad(IdleLoadPlan plan)
{
    private const int Sources = 8;
    private const int AtOnce = 20;

    private readonly Wire _wire = Wire.Of(plan.Wire);

    public async Task<IdleLoadResult> MeasureAsync()
    {
        // What the first connections cost once, code and pools, belongs to the server and not to each of them.
        var peers = new List<Peer>();
        await GrowAsync(peers, 100);
        foreach (var peer in peers) peer.Dispose();
        peers.Clear();
        await Task.Delay(TimeSpan.FromSeconds(2));

        var before = ServerFigures.RssBytes(plan.ServerProcess);
        var result = new double[plan.Levels.Length];
        for (var level = 0; level < plan.Levels.Length; level++)
        {
            await GrowAsync(peers, plan.Levels[level]);
            using var stop = new CancellationTokenSource();
            var keepAlive = KeepAlive.RunAsync(_wire, peers, stop.Token);
            await Task.Delay(TimeSpan.FromSeconds(plan.SettleSeconds));
            await stop.CancelAsync();
            await keepAlive;
            var lost = peers.Count(peer => peer.Ended.IsCompleted);
            if (lost > 0) throw new InvalidOperationException($"{lost} of {peers.Count} connections were lost.");
            result[level] = (ServerFigures.RssBytes(plan.ServerProcess) - before) / (double)peers.Count;
        }
        foreach (var peer in peers) peer.Dispose();
        return new(result);
    }

    private async Task GrowAsync(List<Peer> peers, int count)
    {
        while (peers.Count < count)
            peers.AddRange(await Task.WhenAll(Enumerable.Range(peers.Count, Math.Min(AtOnce, count - peers.Count))
                .Select(number => Peer.ConnectAsync(_wire, plan.Port, number % Sources))));
    }
}
