using System.Text.Json;
using Gatehouse.Diagnosis;
using Gatehouse.Operations.Incidents;
using Gatehouse.Operations.Why;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Status;

/// <summary>
/// Puts the status together, at most once a second however many look. All of it comes from memory but for earlier incidents, which are
/// read from the store every ten seconds; while it is away, what was read before is shown.
/// </summary>
internal sealed class StatusTaker(
    ReadinessGraph readiness, GatehouseMetrics metrics, CaseTaker cases, IncidentWatch watch, IncidentJournal journal, InstanceBeat beat,
    Instance instance, TimeProvider clock)
{
    private const int NewestIncidents = 10;
    private const int LatestEvents = 20;
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan IncidentsFresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IncidentsWithin = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _one = new(1);       // guards the rest
    private byte[]? _latest;
    private long _takenAt;
    private IReadOnlyList<Incident> _earlier = [];
    private long? _readAt;

    /// <summary>The status as JSON, no older than a second.</summary>
    public async Task<byte[]> TakeAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_latest is { } latest && clock.GetElapsedTime(_takenAt) < Fresh) return latest;
            await ReadIncidentsAsync(cancellationToken);
            _takenAt = clock.GetTimestamp();
            return _latest = JsonSerializer.SerializeToUtf8Bytes(View(), StatusJson.Default.StatusView);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task ReadIncidentsAsync(CancellationToken cancellationToken)
    {
        if (_readAt is { } at && clock.GetElapsedTime(at) < IncidentsFresh) return;
        _readAt = clock.GetTimestamp();
        try
        {
            _earlier = await journal.ReadAsync(null, NewestIncidents, cancellationToken).WaitAsync(IncidentsWithin, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The store is slow or away; the journal says so when it is asked for what it owes it.
        }
    }

    private StatusView View()
    {
        var (snapshot, timeline, courses) = (readiness.Current, readiness.Timeline(), readiness.Engine.Courses());
        using var startup = JsonDocument.Parse(timeline.ToJson());
        return new()
        {
            At = clock.GetUtcNow(),
            Instance = instance.Id,
            Revision = instance.Revision,
            Build = Instance.Version,
            Ready = snapshot.IsReady,
            Withdrawn = snapshot.Withdrawn,
            StartedAt = snapshot.StartedAt,
            Summary = FiveWhys.Explain(cases.Take()).Summary,
            Nodes = [.. snapshot.Nodes.Select(node => Node(node, courses.First(course => course.Name == node.Name)))],
            Startup = startup.RootElement.Clone(),
            Measures = StatusMeasures.Of(watch.LastHour, courses, snapshot.IsStarted ? timeline.Total : null),
            Incidents = Incidents(),
            Instances = beat.Instances(),
            Connections = new(metrics.Connections[ConnectionState.Open], metrics.Connections[ConnectionState.Held], metrics.Connections[ConnectionState.Draining]),
        };
    }

    private StatusNode Node(NodeSnapshot node, NodeCourse course) => new()
    {
        Name = node.Name,
        State = node.State.ToText(),
        Required = node.IsRequired,
        After = [.. node.After.Select(edge => new StatusEdge(edge.Node, edge.Strength.ToText()))],
        Since = node.Since,
        LastGood = node.LastGood,
        WaitingOn = node.WaitingOn,
        Reason = node.Reason,
        Checks = node.Runs,
        Failures = node.Failures,
        Restarts = node.Restarts,
        Parked = node.IsParked,
        LastMs = node.LastDuration is { } last ? Math.Round(last.TotalMilliseconds, 1) : null,
        Flaps = course.Breaks,
        UnbrokenSeconds = Math.Round(course.Unbroken.TotalSeconds, 1),
        Events = [.. readiness.History(node.Name).TakeLast(LatestEvents).Select(each => new StatusEvent(each.At, each.State.ToText(), each.Reason))],
    };

    // The open ones are the newest of themselves.
    private List<Incident> Incidents()
    {
        var open = watch.Open;
        return [.. _earlier.Where(earlier => !open.Any(each => each.Id == earlier.Id)).Concat(open)
            .OrderByDescending(incident => incident.IsOpen).ThenByDescending(incident => incident.OpenedAt)
            .Take(NewestIncidents).Select(incident => incident with { Case = null })];
    }
}
