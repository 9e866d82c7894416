namespace Gatehouse.Readiness;

/// <summary>Notes how a node comes up, until it is first ready, and how it is stopped; guarded by the gate of its board.</summary>
internal sealed class TimelineRecord
{
    private const int MostAttempts = 32;

    private readonly Queue<TimelineAttempt> _attempts = new();
    private TimeSpan? _launched;
    private string? _releasedBy;
    private int _attemptCount;
    private TimeSpan? _stabilising;
    private TimeSpan? _ready;
    private TimelineStop? _stop;

    public TimeSpan? Launched => _launched;

    public TimeSpan? Ready => _ready;

    public void Launch(TimeSpan at, string? releasedBy) => (_launched, _releasedBy) = (at, releasedBy);

    public void Observe(Standing standing, CheckRun run, TimeSpan start, TimeSpan end)
    {
        if (_ready is not null) return;
        if (_attempts.Count == MostAttempts) _attempts.Dequeue();
        _attempts.Enqueue(new(start, end, run.Result.Status, run.Result.Reason));
        _attemptCount++;
        _stabilising = run.Result.IsUp ? _stabilising ?? end : null;
        if (standing.HasStood) _ready = end;
    }

    public void Stop(TimeSpan start, TimeSpan end, string? fault) => _stop = new(start, end, fault);

    public TimelineNode Describe(NodeDefinition node) => new()
    {
        Name = node.Name,
        After = [.. node.After.Where(edge => edge.Strength != EdgeStrength.Informational).Select(edge => edge.Node)],
        Launched = _launched,
        ReleasedBy = _releasedBy,
        AttemptCount = _attemptCount,
        Attempts = [.. _attempts],
        Stabilising = _stabilising,
        Ready = _ready,
        Stop = _stop,
    };
}
