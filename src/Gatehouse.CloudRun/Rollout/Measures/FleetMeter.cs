namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// Makes counts since the measuring began out of totals since each instance started. An instance that is gone keeps what it last said; of one
/// that was there before, what it had done before does not count.
/// </summary>
internal sealed class FleetMeter(string revision)
{
    private readonly Dictionary<string, (FleetTotals First, FleetInstance Last)> _instances = new(StringComparer.Ordinal);
    private bool _hasBegun;

    /// <summary>Whether any instance of the revision has told its totals.</summary>
    public bool IsTold => _instances.Count > 0;

    public InstanceCounts Add(FleetStatus status, RevisionMeasures measures)
    {
        foreach (var instance in status.Of(revision))
        {
            if (instance.Totals is not { } totals) continue;
            var first = _instances.TryGetValue(instance.Id, out var known) ? known.First : _hasBegun ? new(0, 0, 0, 0, totals.MemoryBytes) : totals;
            _instances[instance.Id] = (first, instance);
            if (totals.MemoryBytes > 0) measures.Weighed(instance.Id, totals.MemoryBytes);
        }
        _hasBegun = true;
        var counts = new InstanceCounts(
            Sum(totals => totals.Accepted), Sum(totals => totals.Refused), Sum(totals => totals.Turns), Sum(totals => totals.Failed), status.OpenAt(revision));
        measures.Heard(counts);
        return counts;
    }

    private long Sum(Func<FleetTotals, long> of) => _instances.Values.Sum(each => of(each.Last.Totals!) - of(each.First));
}
