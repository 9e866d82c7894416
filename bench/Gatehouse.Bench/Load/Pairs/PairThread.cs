namespace Gatehouse.Bench.Load.Pairs;

/// <summary>
/// A thread whose answers are asked for at instance A, by a connection that does not read them, so that A runs the agent; who reads is
/// wherever the load puts them.
/// </summary>
internal sealed class PairThread : IDisposable
{
    // Makes the thread where one must be made before it can be joined; for all alike.
    private static readonly Answer Opening = new(Tokens: 1, PaceMs: 0, MergeMs: 0);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Wire _wire;
    private readonly Peer _asking;
    private int _turn;

    private PairThread(Wire wire, string id, Peer asking) => (_wire, Id, _asking) = (wire, id, asking);

    public string Id { get; }

    public Peer Asking => _asking;

    public static async Task<PairThread> OpenAsync(Pair pair, Wire wire, string id)
    {
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = await Peer.ConnectAsync(wire, pair.PortA, source: 0, message =>
        {
            if (wire.IsAccepted(message)) accepted.TrySetResult();
        });
        var thread = new PairThread(wire, id, asking);
        await thread.AskAsync(Opening);
        if (wire.MakesThreads) await accepted.Task.WaitAsync(Patience);
        return thread;
    }

    public Task AskAsync(Answer answer) => _asking.SendAsync(_wire.Ask(Id, _turn++, answer));

    public void Dispose() => _asking.Dispose();
}
