namespace Gatehouse.Admission;

/// <summary>
/// So many a second, and a burst after a pause: the generic cell rate algorithm, whose whole state is one number a subject, the
/// time at which the subject's bucket is full again. The framework's rate limiters keep objects and timers for each, live by
/// the system's clock alone, and bound nobody's number.
/// </summary>
internal readonly struct Rate
{
    private readonly long _interval;
    private readonly long _tolerance;

    /// <param name="perSecond">0 for no limit.</param>
    /// <param name="frequency">Of the timestamps, a second.</param>
    public Rate(int perSecond, int burst, long frequency)
    {
        _interval = perSecond == 0 ? 0 : frequency / perSecond;
        _tolerance = perSecond == 0 ? long.MaxValue / 2 : _interval * (burst - 1);
    }

    public bool Allows(long fullAt, long now) => fullAt <= now + _tolerance;

    /// <summary>The state after one more.</summary>
    public long Taken(long fullAt, long now) => Math.Max(fullAt, now) + _interval;
}
