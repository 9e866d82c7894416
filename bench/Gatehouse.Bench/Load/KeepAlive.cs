namespace Gatehouse.Bench.Load;

/// <summary>Says what a client of the protocol says to stay connected.</summary>
internal static class KeepAlive
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <param name="peers">Looked at anew each time.</param>
    public static async Task RunAsync(Wire wire, IEnumerable<Peer> peers, CancellationToken stop)
    {
        if (wire.KeepAlive is not { } text) return;
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
                foreach (var peer in peers)
                    if (!peer.Ended.IsCompleted) await peer.SendAsync(text);
        }
        catch (OperationCanceledException)
        {
            // The load is over.
        }
    }
}
