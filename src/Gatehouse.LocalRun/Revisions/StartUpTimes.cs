namespace Gatehouse.LocalRun.Revisions;

/// <summary>How long a revision's instances have taken to start, and so how long a request waits for one: max(3.5 x the mean, 10 s). Guarded by the pool.</summary>
internal sealed class StartUpTimes
{
    private static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(10);
    private const double HoldPerStartUp = 3.5;

    private TimeSpan _mean;
    private int _count;

    public TimeSpan Hold => _mean * HoldPerStartUp is var hold && hold > ShortestHold ? hold : ShortestHold;

    public void Add(TimeSpan took)
    {
        _count++;
        _mean += (took - _mean) / _count;
    }
}
