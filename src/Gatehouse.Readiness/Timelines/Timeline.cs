namespace Gatehouse.Readiness;

/// <summary>How the graph came up, or how far it is. Immutable.</summary>
public sealed class Timeline
{
    internal Timeline(DateTimeOffset? startedAt, TimeSpan elapsed, IReadOnlyList<TimelineNode> nodes)
    {
        StartedAt = startedAt;
        Elapsed = elapsed;
        Nodes = nodes;
        CriticalPath = Readiness.CriticalPath.Of(nodes);
    }

    /// <summary>When the graph had finished, by the wall clock; null until then.</summary>
    public DateTimeOffset? StartedAt { get; }

    /// <summary>The time from the start of the graph to this timeline.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>The nodes in the order of their declaration.</summary>
    public IReadOnlyList<TimelineNode> Nodes { get; }

    /// <summary>The chain of nodes, first to last, that the total time hung on: to start faster, make one of these faster.</summary>
    public IReadOnlyList<string> CriticalPath { get; }

    /// <summary>The time at which the last node of the critical path was ready; null while none is.</summary>
    public TimeSpan? Total => Nodes.Max(node => node.Ready);

    /// <summary>A table for people: who waited for whom, and what it cost.</summary>
    public string ToText() => TimelineText.Write(this);

    /// <summary>UTF-8 JSON, times in milliseconds.</summary>
    public byte[] ToJson() => TimelineJson.Write(this);

    /// <summary>A Mermaid Gantt chart; the critical path is marked <c>crit</c>.</summary>
    public string ToGantt() => TimelineGantt.Write(this);
}
