using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Readiness;

/// <summary>
/// Runs the graph. A node is launched by the step that settles the last parent it waits for, so handing over is an event
/// and never a poll. All steps are taken under one gate and put on the board whole.
/// </summary>
internal sealed partial class GraphEngine
{
    // How long a monitor may be overdue before its node is unknown.
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyList<GraphNode> _nodes;
    private readonly IServiceProvider _services;
    private readonly TimeProvider _clock;
    private readonly Func<double> _random;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(int, NodeSnapshot)> _changes = []; // what the step under way changes; guarded by Gate
    private long? _startedAt;      // guarded by Gate
    private DateTimeOffset _begun; // guarded by Gate
    private Task? _undo;           // guarded by Gate
    private int _failedStops;
    private int _spansEmitted;     // 1 once they are

    public GraphEngine(IReadOnlyList<NodeDefinition> definitions, IServiceProvider services, TimeProvider clock, Func<double> random, ILogger logger)
    {
        (_services, _clock, _random, _logger) = (services, clock, random, logger);
        _nodes = GraphNode.Join(definitions, clock);
        Board = new(_nodes, GraphValidation.Required(definitions), clock);
    }

    public SnapshotBoard Board { get; }

    public IReadOnlyList<GraphNode> Nodes => _nodes;

    public Lock Gate => Board.Gate;

    /// <summary>From the start of the graph until it had finished; null until then.</summary>
    public TimeSpan? TimeToReady { get; private set; }

    /// <summary>True once the graph stops: no check begins any more, and no verdict counts. Guarded by <see cref="Gate"/>.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>How many nodes could not be stopped as they should.</summary>
    public int FailedStops => Volatile.Read(ref _failedStops);

    /// <summary>Launches the roots. Returns at once; a second call does nothing.</summary>
    public void Start()
    {
        lock (Gate)
        {
            var now = Moment.Of(_clock);
            if (_startedAt is not null || IsStopping) return;
            (_begun, _startedAt) = (now.Wall, now.Timestamp);
            _changes.Clear();
            foreach (var node in _nodes) _changes.Add((node.Index, LaunchIfFreeLocked(node, now, releasedBy: null)));
            Board.PublishLocked(now.Wall, CollectionsMarshal.AsSpan(_changes));
        }
    }

    /// <summary>Ends all checking: no check begins from here on, and those in flight are cancelled.</summary>
    public async Task EndAsync()
    {
        lock (Gate) IsStopping = true;
        await _stop.CancelAsync();
    }

    /// <summary>Ends all checking and undoes the start, in reverse order. A second call awaits the first.</summary>
    /// <param name="hurry">Cancelled when the host's shutdown time is used up.</param>
    public async Task StopAsync(CancellationToken hurry)
    {
        await EndAsync();
        Task undo;
        lock (Gate) undo = _undo ??= new OrderedStop(this, _nodes, _services, _clock).RunAsync(hurry);
        await undo;
    }

    /// <summary>Notes that a node has been stopped.</summary>
    /// <param name="node">The node.</param>
    /// <param name="startedAt">When its stop began, by the monotonic clock; null if none ran.</param>
    /// <param name="fault">What went wrong, or null.</param>
    public void Settle(GraphNode node, long? startedAt, string? fault)
    {
        if (fault is not null) Interlocked.Increment(ref _failedStops);
        NodeChange change;
        lock (Gate)
        {
            var now = Moment.Of(_clock);
            if (startedAt is { } begun) node.Record.Stop(Offset(begun), Offset(now.Timestamp), fault);
            var (graphBefore, before) = (Board.Current, Board.Current.Pages[node.Index]);
            var after = before with { State = NodeState.Stopped, Since = now.Wall, Reason = fault, Signature = fault is null ? null : "stop" };
            Board.PublishLocked(now.Wall, (node.Index, after));
            Remember(node, now, after);
            change = new(before, after, graphBefore, Board.Current);
        }
        Announce(change);
    }

    public void Withdraw(string reason)
    {
        lock (Gate)
        {
            var now = Moment.Of(_clock);
            Board.WithdrawLocked(now.Wall, reason);
        }
    }

    public void Wake(string name)
    {
        NodeLoop? loop;
        lock (Gate) loop = Find(name).Loop;
        loop?.Wake();
    }

    public IReadOnlyList<NodeEvent> History(string name)
    {
        lock (Gate) return Find(name).History.Copy();
    }

    /// <summary>How every node has done so far, in the order of their declaration.</summary>
    public IReadOnlyList<NodeCourse> Courses()
    {
        lock (Gate) return [.. _nodes.Select(CourseLocked)];
    }

    public Timeline Timeline()
    {
        lock (Gate)
        {
            var elapsed = _startedAt is { } startedAt ? _clock.GetElapsedTime(startedAt) : TimeSpan.Zero;
            return new(Board.Current.StartedAt, elapsed, [.. _nodes.Select(node => node.Record.Describe(node.Definition))]);
        }
    }

    /// <summary>Makes every node unknown whose monitor should have spoken and did not.</summary>
    public void SweepSilent()
    {
        List<NodeChange> silent = [];
        lock (Gate)
        {
            if (IsStopping) return;
            var now = Moment.Of(_clock);
            foreach (var node in _nodes)
            {
                if (node is not { DueBy: { } dueBy, Loop: { } loop } || now.Timestamp <= dueBy) continue;
                node.DueBy = null;
                silent.Add(PublishLocked(node, now, DescribeLocked(loop, now) with
                {
                    State = NodeState.Unknown,
                    Since = now.Wall,
                    Reason = "the monitor has fallen silent",
                    Signature = "silent",
                }));
            }
        }
        foreach (var change in silent) Announce(change);
    }

    /// <summary>Publishes a verdict that the node's standing has already taken in, and releases the children it settles.</summary>
    public NodeChange PublishVerdictLocked(NodeLoop loop, CheckRun run, TimeSpan pause)
    {
        var (node, now) = (loop.Node, Moment.Of(_clock));
        var expected = pause + node.Definition.Policy.Timeout + Overdue;
        node.DueBy = run.EndedAt + (long)(expected.TotalSeconds * _clock.TimestampFrequency);
        node.Record.Observe(node.Standing, run, Offset(run.StartedAt), Offset(run.EndedAt));
        return PublishLocked(node, now, DescribeLocked(loop, now, run));
    }

    /// <summary>Publishes what has become of a node without a verdict.</summary>
    public NodeChange PublishLocked(NodeLoop loop, Moment now) => PublishLocked(loop.Node, now, DescribeLocked(loop, now));

    private NodeChange PublishLocked(GraphNode node, Moment now, NodeSnapshot after)
    {
        var graphBefore = Board.Current;
        _changes.Clear();
        _changes.Add((node.Index, after));
        ReleaseLocked(node, now);
        Board.PublishLocked(now.Wall, CollectionsMarshal.AsSpan(_changes));
        Remember(node, now, after);
        if (Board.Current.IsStarted) TimeToReady ??= Offset(now.Timestamp);
        return new(graphBefore.Pages[node.Index], after, graphBefore, Board.Current);
    }

    private NodeSnapshot DescribeLocked(NodeLoop loop, Moment now, CheckRun? ended = null)
    {
        var (before, standing) = (Board.Current.Pages[loop.Node.Index], loop.Node.Standing);
        return before with
        {
            State = standing.State,
            Since = standing.State == before.State ? before.Since : now.Wall,
            Reason = standing.Reason,
            Signature = standing.Signature,
            IsFatal = standing.IsFatal,
            Failures = standing.Failures,
            Runs = loop.Runs,
            Abandoned = loop.Abandoned,
            Restarts = loop.Crashes,
            IsParked = loop.IsParked,
            LastVerdict = ended is null ? before.LastVerdict : now.Wall,
            LastGood = ended is { Result.IsUp: true } ? now.Wall : before.LastGood,
            LastDuration = ended is { } run ? _clock.GetElapsedTime(run.StartedAt, run.EndedAt) : before.LastDuration,
        };
    }

    private NodeCourse CourseLocked(GraphNode node)
    {
        var (loop, standing, record) = (node.Loop, node.Standing, node.Record);
        var unbroken = standing.UnbrokenSince is { } since ? _clock.GetElapsedTime(since) : TimeSpan.Zero;
        return new(node.Definition.Name, loop?.GoodRuns ?? 0, (loop?.Runs ?? 0) - (loop?.GoodRuns ?? 0), standing.Breaks, unbroken,
            record.Launched, record.Ready - record.Launched);
    }

    private void ReleaseLocked(GraphNode parent, Moment now)
    {
        var stood = parent.Standing.HasStood;
        if (!stood && parent.Standing.State != NodeState.Failed) return;
        foreach (var (child, number, strength) in parent.Children)
        {
            if (!stood && strength == EdgeStrength.Hard || !child.Parents.Settle(number)) continue;
            _changes.Add((child.Index, LaunchIfFreeLocked(child, now, parent.Definition.Name)));
        }
    }

    private NodeSnapshot LaunchIfFreeLocked(GraphNode node, Moment now, string? releasedBy) => node.Parents.AreSettled
        ? LaunchLocked(node, now, releasedBy)
        : Became(node, now, NodeState.Waiting, node.Parents.Left);

    private NodeSnapshot LaunchLocked(GraphNode node, Moment now, string? releasedBy)
    {
        node.Record.Launch(Offset(now.Timestamp), releasedBy);
        node.Standing.Begin();
        node.DueBy = now.Timestamp + (long)((node.Definition.Policy.Timeout + Overdue).TotalSeconds * _clock.TimestampFrequency);
        var loop = node.Loop = new(node, this, _services, _clock, _random);
        loop.Start(_stop.Token);
        return Became(node, now, NodeState.Checking, []);
    }

    private NodeSnapshot Became(GraphNode node, Moment now, NodeState state, IReadOnlyList<string> waitingOn)
    {
        var before = Board.Current.Pages[node.Index];
        var after = before with { State = state, WaitingOn = waitingOn, Since = before.State == state ? before.Since : now.Wall };
        Remember(node, now, after);
        return after;
    }

    private void Remember(GraphNode node, Moment now, NodeSnapshot after) =>
        node.History.Add(now.Wall, after);

    private TimeSpan Offset(long timestamp) => _clock.GetElapsedTime(_startedAt!.Value, timestamp);

    private GraphNode Find(string name) =>
        _nodes.FirstOrDefault(node => string.Equals(node.Definition.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"No node is named '{name}'.", nameof(name));
}
