namespace Gatehouse.Cli.Probe;

/// <summary>
/// Durations of one kind. Percentiles are by nearest rank: the smallest one that is not below that share of all, so that each is one that was
/// measured. Not for several threads.
/// </summary>
internal sealed class Percentiles
{
    private readonly List<TimeSpan> _durations = [];
    private bool _isSorted = true;

    public int Count => _durations.Count;

    public void Add(TimeSpan duration)
    {
        _durations.Add(duration);
        _isSorted = false;
    }

    /// <summary>The <paramref name="percent"/>th, above 0 and up to 100, which is the longest; null if there are none.</summary>
    public TimeSpan? this[double percent]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
            if (Count is 0) return null;
            if (!_isSorted) _durations.Sort();
            _isSorted = true;
            // A share like 99.9 % of 1,000 must not become 999.0000001, and that the next rank.
            var rank = (int)Math.Ceiling(Math.Round(percent * Count / 100, 6));
            return _durations[Math.Max(rank, 1) - 1];
        }
    }
}
