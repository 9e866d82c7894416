namespace Gatehouse.Readiness;

/// <summary>
/// Judges whether the process itself is alive, from two facts: how long the thread pool takes to run a work item, and how
/// old the supervisor's last beat is. Pure arithmetic over the clock; never a dependency.
/// </summary>
internal sealed class ProcessPulse(TimeProvider clock)
{
    /// <summary>A pool that keeps work waiting longer than this serves nobody. Default 5 s: far above what a busy pool shows.</summary>
    public static readonly TimeSpan LongestPoolDelay = TimeSpan.FromSeconds(5);

    /// <summary>A supervisor that beats once a second and has not for so long is dead. Default 15 s.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new(); // guards the rest
    private long? _askedAt;
    private long? _beatAt;

    /// <summary>Notes that work was given to the pool, unless earlier work is still waiting there.</summary>
    /// <returns>True if the caller should queue the work.</returns>
    public bool AskPool()
    {
        lock (_gate)
        {
            if (_askedAt is not null) return false;
            _askedAt = clock.GetTimestamp();
            return true;
        }
    }

    public void PoolAnswered()
    {
        lock (_gate) _askedAt = null;
    }

    public void Heartbeat()
    {
        lock (_gate) _beatAt = clock.GetTimestamp();
    }

    /// <summary>What is broken, or null.</summary>
    public string? Judge()
    {
        lock (_gate)
        {
            if (_askedAt is { } askedAt && clock.GetElapsedTime(askedAt) is var waits && waits > LongestPoolDelay)
                return FormattableString.Invariant($"the thread pool has kept work waiting for {waits.TotalSeconds:0.#} s");
            if (_beatAt is { } beatAt && clock.GetElapsedTime(beatAt) is var silent && silent > LongestSilence)
                return FormattableString.Invariant($"the supervisor has not beaten for {silent.TotalSeconds:0.#} s");
            return null;
        }
    }
}
