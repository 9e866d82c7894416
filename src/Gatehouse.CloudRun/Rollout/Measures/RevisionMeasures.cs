namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// What is known of how a revision serves: by our own sockets, and, from what its instances tell, by everybody's. Counts are since the
/// measuring began. Safe for several threads.
/// </summary>
internal sealed class RevisionMeasures
{
    private readonly Lock _gate = new();        // guards all below
    private readonly Sample _firstEvents = new();
    private readonly Dictionary<string, InstanceMemory> _memory = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _faults = new(StringComparer.Ordinal);
    private Counts _counts;
    private InstanceCounts _live;
    private long _users;

    public void Upgraded(UpgradeSeen seen)
    {
        lock (_gate)
        {
            _counts = _counts with
            {
                Upgrades = _counts.Upgrades + 1,
                UpgradesFailed = _counts.UpgradesFailed + (seen.Failure is null ? 0 : 1),
                Unavailable = _counts.Unavailable + (seen.Status is 503 ? 1 : 0),
                WrongRevision = _counts.WrongRevision + (seen.IsWrongRevision ? 1 : 0),
            };
            if (seen.Failure is { } failure) NoteLocked(failure);
        }
    }

    public void Turned(TurnSeen seen)
    {
        lock (_gate)
        {
            _counts = _counts with { Turns = _counts.Turns + 1, TurnsFailed = _counts.TurnsFailed + (seen.Failure is null ? 0 : 1) };
            if (seen.FirstEvent is { } time) _firstEvents.Add(time);
            if (seen.Failure is { } failure) NoteLocked(failure);
        }
    }

    public void Dropped(string why)
    {
        lock (_gate)
        {
            _counts = _counts with { Dropped = _counts.Dropped + 1 };
            NoteLocked(why);
        }
    }

    public void Checked(string? failure)
    {
        lock (_gate)
        {
            _counts = _counts with { Checks = _counts.Checks + 1, ChecksFailed = _counts.ChecksFailed + (failure is null ? 0 : 1) };
            if (failure is not null) NoteLocked(failure);
        }
    }

    /// <summary>What the revision's instances tell, all together, since the measuring began.</summary>
    public void Heard(InstanceCounts live)
    {
        lock (_gate)
        {
            _live = live;
            // What is told is some seconds old; what of it is not ours is the users', and does not become less.
            _users = Math.Max(_users, live.Accepted + live.Refused - _counts.Upgrades);
        }
    }

    public void Weighed(string instance, long bytes)
    {
        lock (_gate) _memory[instance] = _memory.TryGetValue(instance, out var known) ? known with { Now = bytes } : new(bytes, bytes);
    }

    public Measured Now
    {
        get
        {
            lock (_gate)
                return new(
                    _counts, _live, _firstEvents.Percentile(0.5), _firstEvents.Percentile(0.99), _firstEvents.Count,
                    _memory.Values.OrderByDescending(memory => memory.Now - memory.First).FirstOrDefault(),
                    _users, [.. _faults.OrderByDescending(pair => pair.Value).Select(pair => pair.Value is 1 ? pair.Key : $"{pair.Key} ({pair.Value} times)").Take(5)]);
        }
    }

    private void NoteLocked(string fault)
    {
        if (_faults.Count < 100 || _faults.ContainsKey(fault)) _faults[fault] = _faults.GetValueOrDefault(fault) + 1;
    }
}

/// <summary>An upgrade of ours.</summary>
/// <param name="Status">The refusal's; null if there was no answer, or none but a good one.</param>
internal readonly record struct UpgradeSeen(string? Failure, int? Status = null, bool IsWrongRevision = false);

/// <summary>A chat turn of ours.</summary>
internal readonly record struct TurnSeen(TimeSpan? FirstEvent, string? Failure);

/// <summary>What our own sockets have seen.</summary>
public readonly record struct Counts(
    int Upgrades, int UpgradesFailed, int Unavailable, int WrongRevision, int Turns, int TurnsFailed, int Dropped, int Checks, int ChecksFailed);

/// <summary>What a revision's instances tell of everybody's sockets.</summary>
public readonly record struct InstanceCounts(long Accepted, long Refused, long Turns, long TurnsFailed, long Open);

/// <summary>The memory of an instance when it was first seen, and now.</summary>
public sealed record InstanceMemory(long First, long Now);

/// <summary>The measures of a revision at one moment.</summary>
/// <param name="Users">New connections that were not ours.</param>
/// <param name="Faults">The most frequent ones, in words.</param>
public sealed record Measured(
    Counts Ours, InstanceCounts Everybody, TimeSpan? FirstEventP50, TimeSpan? FirstEventP99, int FirstEvents, InstanceMemory? Memory, long Users, IReadOnlyList<string> Faults)
{
    /// <summary>New connections of any kind.</summary>
    public long Connections => Users + Ours.Upgrades;
}
