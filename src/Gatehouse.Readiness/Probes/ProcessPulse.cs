namespace Gatehouse.Readiness;

/// <summary>
/// Judges whether the process itself is alive, from two facts: how long the thread pool takes to run a work item, and how
/// old the supervisor's last beat is. Pure arithmetic over the clock; never a dependency.
/// </summary>
/// <remarks>
/// Time counts only as far as the watch has lived through it. A process that was frozen, with its container or because its CPU is
/// throttled between requests, has kept nobody waiting, and a probe that wakes it must not find it broken.
/// </remarks>
internal sealed class ProcessPulse(TimeProvider clock)
{
    /// <summary>A pool that keeps work waiting longer than this serves nobody. Default 5 s: far above what a busy pool shows.</summary>
    public static readonly TimeSpan LongestPoolDelay = TimeSpan.FromSeconds(5);

    /// <summary>A supervisor that beats once a second and has not for so long is dead. Default 15 s.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>The most that the time between two judgements counts; they are half a second apart unless the watch stood still itself.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new(); // guards the rest
    private long _judgedAt = clock.GetTimestamp();
    private TimeSpan _lived; // up to the last judgement; so are the two below
    private TimeSpan? _askedAt;
    private TimeSpan? _beatAt;

    /// <summary>Notes that work was given to the pool, unless earlier work is still waiting there.</summary>
    /// <returns>True if the caller should queue the work.</returns>
    public bool AskPool()
    {
        lock (_gate)
        {
            if (_askedAt is not null) return false;
            _askedAt = _lived;
            return true;
        }
    }

    public void PoolAnswered()
    {
        lock (_gate) _askedAt = null;
    }

    public void Heartbeat()
    {
        lock (_gate) _beatAt = _lived;
    }

    /// <summary>What is broken, or null.</summary>
    public string? Judge()
    {
        lock (_gate)
        {
            LiveLocked();
            if (_lived - _askedAt is { } waits && waits > LongestPoolDelay)
                return FormattableString.Invariant($"the thread pool has kept work waiting for {waits.TotalSeconds:0.#} s");
            if (_lived - _beatAt is { } silent && silent > LongestSilence)
                return FormattableString.Invariant($"the supervisor has not beaten for {silent.TotalSeconds:0.#} s");
            return null;
        }
    }

    private void LiveLocked()
    {
        var now = clock.GetTimestamp();
        var turn = clock.GetElapsedTime(_judgedAt, now);
        _lived += turn < LongestTurn ? turn : LongestTurn;
        _judgedAt = now;
    }
}
