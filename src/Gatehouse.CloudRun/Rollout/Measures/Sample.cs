namespace Gatehouse.CloudRun.Rollout;

/// <summary>Times, few enough to keep them all; percentiles are by nearest rank.</summary>
internal sealed class Sample
{
    private readonly List<TimeSpan> _times = [];

    public int Count => _times.Count;

    public void Add(TimeSpan time) => _times.Add(time);

    /// <returns>Null if there is nothing.</returns>
    public TimeSpan? Percentile(double share)
    {
        if (_times.Count is 0) return null;
        _times.Sort();
        return _times[Math.Max(0, (int)Math.Ceiling(share * _times.Count) - 1)];
    }
}
