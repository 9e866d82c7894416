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
    private readonly List<Task> _loops = []; // guarded by Gate
    private long? _startedAt;                // guarded by Gate
    private DateTimeOffset _begun;           // guarded by Gate

    public GraphEngine(IReadOnlyList<NodeDefinition> definitions, IServiceProvider services, TimeProvider clock, Func<double> random, ILogger logger)
    {
        (_services, _clock, _random, _logger) = (services, clock, random, logger);
        _nodes = GraphNode.Join(definitions, clock);
        Board = new(_nodes, GraphValidation.Required(definitions), clock);
    }

    public SnapshotBoard Board { get; }

    public Lock Gate => Board.Gate;

    /// <summary>From the start of the graph until it had finished; null until then.</summary>
    public TimeSpan? TimeToReady { get; private set; }

    /// <summary>Launches the roots. Returns at once; a second call does nothing.</summary>
    public void Start()
    {
        lock (Gate)
        {
            var now = Moment.Of(_clock);
            if (_startedAt is not null || _stop.IsCancellationRequested) return;
            (_begun, _startedAt) = (now.Wall, now.Timestamp);
            var changes = new List<(int, NodeSnapshot)>(_nodes.Count);
            foreach (var node in _nodes)
                changes.Add((node.Index, node.WaitingOn.Count == 0 ? LaunchLocked(node, now, releasedBy: null) : WaitLocked(node, now)));
            Board.PublishLocked(now.Wall, CollectionsMarshal.AsSpan(changes));
        }
    }

    /// <summary>Ends all loops and awaits them. Runs in flight are cancelled, and left behind if they do not heed it.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        Task[] loops;
        lock (Gate) loops = [.. _loops];
        await Task.WhenAll(loops).WaitAsync(cancellationToken);
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
            var now = Moment.Of(_clock);
            foreach (var node in _nodes)
            {
                if (node.DueBy is not { } dueBy || now.Timestamp <= dueBy) continue;
                node.DueBy = null;
                silent.Add(PublishLocked(node, now, snapshot => snapshot with
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
    public NodeChange PublishVerdictLocked(GraphNode node, CheckRun run, TimeSpan pause, Func<NodeSnapshot, NodeSnapshot> describe)
    {
        var now = Moment.Of(_clock);
        var expected = pause + node.Definition.Policy.Timeout + Overdue;
        node.DueBy = run.EndedAt + (long)(expected.TotalSeconds * _clock.TimestampFrequency);
        node.Record.Observe(node.Standing, run, Offset(run.StartedAt), Offset(run.EndedAt));
        return PublishLocked(node, now, snapshot => describe(snapshot) with
        {
            LastVerdict = now.Wall,
            LastGood = run.Result.IsUp ? now.Wall : snapshot.LastGood,
            LastDuration = _clock.GetElapsedTime(run.StartedAt, run.EndedAt),
        });
    }

    public NodeChange PublishLocked(GraphNode node, Moment now, Func<NodeSnapshot, NodeSnapshot> describe)
    {
        var (graphBefore, standing) = (Board.Current, node.Standing);
        var before = graphBefore.Nodes[node.Index];
        var after = describe(before with
        {
            State = standing.State,
            Since = standing.State == before.State ? before.Since : now.Wall,
            Reason = standing.Reason,
            Signature = standing.Signature,
            IsFatal = standing.IsFatal,
            Failures = standing.Failures,
        });
        List<(int, NodeSnapshot)> changes = [(node.Index, after)];
        ReleaseLocked(node, now, changes);
        Board.PublishLocked(now.Wall, CollectionsMarshal.AsSpan(changes));
        Remember(node, now, after);
        if (Board.Current.IsStarted) TimeToReady ??= Offset(now.Timestamp);
        return new(before, after, graphBefore, Board.Current);
    }

    private void ReleaseLocked(GraphNode parent, Moment now, List<(int, NodeSnapshot)> changes)
    {
        var stood = parent.Standing.HasStood;
        if (!stood && parent.Standing.State != NodeState.Failed) return;
        foreach (var (child, strength) in parent.Children)
        {
            if (!stood && strength == EdgeStrength.Hard) continue;
            if (!child.WaitingOn.Remove(parent.Definition.Name)) continue;
            changes.Add((child.Index, child.WaitingOn.Count == 0 ? LaunchLocked(child, now, parent.Definition.Name) : WaitLocked(child, now)));
        }
    }

    private NodeSnapshot LaunchLocked(GraphNode node, Moment now, string? releasedBy)
    {
        node.Record.Launch(Offset(now.Timestamp), releasedBy);
        node.Standing.Begin();
        node.DueBy = now.Timestamp + (long)((node.Definition.Policy.Timeout + Overdue).TotalSeconds * _clock.TimestampFrequency);
        var loop = node.Loop = new(node, this, _services, _clock, _random);
        if (!_stop.IsCancellationRequested) _loops.Add(Task.Run(() => loop.RunAsync(_stop.Token), CancellationToken.None));
        return Became(node, now, NodeState.Checking, []);
    }

    private NodeSnapshot WaitLocked(GraphNode node, Moment now) => Became(node, now, NodeState.Waiting, [.. node.WaitingOn]);

    private NodeSnapshot Became(GraphNode node, Moment now, NodeState state, IReadOnlyList<string> waitingOn)
    {
        var before = Board.Current.Nodes[node.Index];
        var after = before with { State = state, WaitingOn = waitingOn, Since = before.State == state ? before.Since : now.Wall };
        Remember(node, now, after);
        return after;
    }

    private void Remember(GraphNode node, Moment now, NodeSnapshot after) =>
        node.History.Add(new(now.Wall, after.State, after.Reason, after.Signature));

    private TimeSpan Offset(long timestamp) => _clock.GetElapsedTime(_startedAt!.Value, timestamp);

    private GraphNode Find(string name) =>
        _nodes.FirstOrDefault(node => string.Equals(node.Definition.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException($"No node is named '{name}'.", nameof(name));
}
