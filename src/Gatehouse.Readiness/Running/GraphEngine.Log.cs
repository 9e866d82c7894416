using Microsoft.Extensions.Logging;

namespace Gatehouse.Readiness;

// Event ids 3000 to 3049 belong to readiness.
internal sealed partial class GraphEngine
{
    private int _failedAnnouncements;

    /// <summary>How often a log or trace provider threw at us.</summary>
    public int FailedAnnouncements => Volatile.Read(ref _failedAnnouncements);

    /// <summary>
    /// Tells logs and traces what a step changed. Never called under the gate, and never throws: a log provider is somebody
    /// else's code, and a broken one must not cost a monitor its life.
    /// </summary>
    public void Announce(NodeChange change)
    {
        try
        {
            Tell(change);
        }
        catch (Exception)
        {
            Interlocked.Increment(ref _failedAnnouncements);
        }
    }

    private void Tell(NodeChange change)
    {
        var (before, after) = (change.Before, change.After);
        if (after.State != before.State) AnnounceState(after);
        if (after.Restarts > before.Restarts) LogRestarted(after.Name, after.Restarts, after.Reason);
        if (after.IsParked && !before.IsParked) LogParked(after.Name, after.Reason);
        if (change.GraphAfter.IsStarted && !change.GraphBefore.IsStarted) AnnounceStart();
        if (change.GraphAfter.IsReady && !change.GraphBefore.IsReady) LogReadinessGained();
        if (change.GraphBefore.IsReady && !change.GraphAfter.IsReady) LogReadinessLost(after.Name, after.Reason);
    }

    private void AnnounceStart()
    {
        if (!_logger.IsEnabled(LogLevel.Information) && !TimelineSpans.HasListeners) return; // a timeline is not drawn for nobody
        var timeline = Timeline();
        LogStarted(_nodes.Count, TimeToReady!.Value.TotalSeconds, string.Join(" → ", timeline.CriticalPath));
        EmitSpans(timeline);
    }

    /// <summary>Emits the spans of a start that had ended before anybody listened.</summary>
    public void EmitMissedSpans()
    {
        if (Board.Current.IsStarted) EmitSpans(Timeline());
    }

    // Once, whether the start ends first or somebody listens first: of the two that look here, the second sees both.
    private void EmitSpans(Timeline timeline)
    {
        if (TimelineSpans.HasListeners && Interlocked.Exchange(ref _spansEmitted, 1) == 0) TimelineSpans.Emit(timeline, _begun);
    }

    private void AnnounceState(NodeSnapshot node)
    {
        switch (node.State)
        {
            case NodeState.Ready: LogNodeReady(node.Name, node.Runs); break;
            case NodeState.Degraded: LogNodeDegraded(node.Name, node.Reason); break;
            case NodeState.Failed: LogNodeFailed(node.Name, node.Reason); break;
            case NodeState.Unknown: LogNodeSilent(node.Name); break;
            case NodeState.Stopped when node.Reason is { } fault: LogStopFailed(node.Name, fault); break;
            default: LogNodeProgressed(node.Name, node.State.ToText()); break;
        }
    }

    [LoggerMessage(3000, LogLevel.Debug, "Node {Node} is {State}")]
    private partial void LogNodeProgressed(string node, string state);

    [LoggerMessage(3001, LogLevel.Information, "Node {Node} became ready after {Runs} checks")]
    private partial void LogNodeReady(string node, int runs);

    [LoggerMessage(3002, LogLevel.Warning, "Node {Node} degraded: {Reason}")]
    private partial void LogNodeDegraded(string node, string? reason);

    [LoggerMessage(3003, LogLevel.Warning, "Node {Node} failed: {Reason}")]
    private partial void LogNodeFailed(string node, string? reason);

    [LoggerMessage(3004, LogLevel.Warning, "The monitor of node {Node} fell silent")]
    private partial void LogNodeSilent(string node);

    [LoggerMessage(3005, LogLevel.Warning, "The monitor of node {Node} crashed, restart {Restarts}: {Reason}")]
    private partial void LogRestarted(string node, int restarts, string? reason);

    [LoggerMessage(3006, LogLevel.Error, "Node {Node} was parked: {Reason}")]
    private partial void LogParked(string node, string? reason);

    [LoggerMessage(3007, LogLevel.Information, "The graph of {Nodes} nodes finished after {Seconds:0.000} s; critical path: {CriticalPath}")]
    private partial void LogStarted(int nodes, double seconds, string criticalPath);

    [LoggerMessage(3008, LogLevel.Information, "Readiness gained")]
    private partial void LogReadinessGained();

    [LoggerMessage(3009, LogLevel.Error, "Readiness lost by node {Node}: {Reason}")]
    private partial void LogReadinessLost(string node, string? reason);

    // 3010 is the probe listener's.
    [LoggerMessage(3011, LogLevel.Error, "Node {Node} was not stopped as it should be: {Fault}")]
    private partial void LogStopFailed(string node, string fault);
}
