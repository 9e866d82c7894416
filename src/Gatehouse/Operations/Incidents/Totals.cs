namespace Gatehouse.Operations.Incidents;

/// <summary>What the rules count, since the process began.</summary>
internal readonly record struct Totals(long Accepted, long Refused, long TurnsDone, long TurnsFailed)
{
    public static Totals Of(GatehouseMetrics metrics) => new(
        metrics.Handshakes[HandshakeOutcome.Accepted],
        metrics.Handshakes.Count(HandshakeOutcome.Refused, HandshakeReason.NotReady, HandshakeReason.TooManyConnections, HandshakeReason.Protected),
        metrics.Runs[RunOutcome.Success] + metrics.Runs[RunOutcome.Interrupt],
        metrics.Runs[RunOutcome.Failed]);

    public static Totals operator -(Totals left, Totals right) =>
        new(left.Accepted - right.Accepted, left.Refused - right.Refused, left.TurnsDone - right.TurnsDone, left.TurnsFailed - right.TurnsFailed);
}

/// <summary>The totals of the last hour, every ten seconds, so that a rule can ask what came in a window. Not thread-safe.</summary>
internal sealed class TotalsHistory
{
    private static readonly TimeSpan Keep = TimeSpan.FromHours(1);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly Queue<(DateTimeOffset At, Totals Totals)> _samples = [];
    private DateTimeOffset _last;

    public void Add(DateTimeOffset at, Totals totals)
    {
        if (_samples.Count > 0 && at - _last < Every) return;
        _samples.Enqueue((_last = at, totals));
        while (_samples.Count > 1 && at - _samples.ElementAt(1).At >= Keep) _samples.Dequeue();
    }

    /// <summary>What has come within a window that ends now; all since the beginning if that is shorter.</summary>
    public Totals Within(TimeSpan window, DateTimeOffset now, Totals totals)
    {
        var before = default(Totals);
        foreach (var (at, sample) in _samples)
        {
            if (now - at < window) break;
            before = sample;
        }
        return totals - before;
    }
}
