using System.Diagnostics;

namespace Gatehouse.Readiness;

/// <summary>
/// Emits a finished start as spans of the source <c>Gatehouse.Readiness</c>: one for the whole, one a node, with the wall
/// times that the monotonic offsets stand for. Costs nothing when nobody listens.
/// </summary>
internal static class TimelineSpans
{
    public const string SourceName = "Gatehouse.Readiness";

    private static readonly ActivitySource Source = new(SourceName);

    public static bool HasListeners => Source.HasListeners();

    /// <param name="timeline">The timeline of a graph that has finished.</param>
    /// <param name="begun">When the graph began, by the wall clock.</param>
    public static void Emit(Timeline timeline, DateTimeOffset begun)
    {
        if (!HasListeners) return;
        // A start belongs to no request, whatever happens to be current on this thread.
        var surrounding = Activity.Current;
        Activity.Current = null;
        try
        {
            using var whole = Source.StartActivity("start-up", ActivityKind.Internal, parentContext: default, startTime: begun);
            foreach (var node in timeline.Nodes) EmitNode(node, begun, whole?.Context ?? default);
            whole?.SetTag("critical_path", string.Join(" → ", timeline.CriticalPath));
            whole?.SetEndTime((begun + (timeline.Total ?? timeline.Elapsed)).UtcDateTime);
        }
        finally
        {
            Activity.Current = surrounding;
        }
    }

    private static void EmitNode(TimelineNode node, DateTimeOffset begun, ActivityContext whole)
    {
        if (node is not { Launched: { } launched, Ready: { } ready }) return;
        using var span = Source.StartActivity($"node {node.Name}", ActivityKind.Internal, whole, startTime: begun + launched);
        if (span is null) return;
        span.SetTag("node", node.Name).SetTag("checks", node.AttemptCount).SetTag("released_by", node.ReleasedBy);
        foreach (var attempt in node.Attempts)
            if (attempt.Reason is { } reason)
                span.AddEvent(new("check failed", begun + attempt.End, new() { { "reason", reason } }));
        span.SetEndTime((begun + ready).UtcDateTime);
    }
}
