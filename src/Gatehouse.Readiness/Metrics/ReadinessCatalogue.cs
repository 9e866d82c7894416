namespace Gatehouse.Readiness;

/// <summary>The metrics of the meter <c>Gatehouse.Readiness</c>. The label <c>node</c> is closed: its values are the declared names.</summary>
internal static class ReadinessCatalogue
{
    public const string MeterName = "Gatehouse.Readiness";

    private static readonly MetricLabels Node = new("node", [], "the declared graph");

    private static readonly MetricLabels State = new("state", [.. Enum.GetValues<NodeState>().Select(state => state.ToText()).Order(StringComparer.Ordinal)]);

    private static readonly MetricLabels Result = new("result", ["good", "bad"]);

    public static readonly MetricDefinition Ready = new("gatehouse.readiness.ready", MetricKind.Gauge, "",
        "1 while the process can do its job.");

    public static readonly MetricDefinition TimeToReady = new("gatehouse.readiness.time_to_ready", MetricKind.Gauge, "s",
        "From the start of the graph until every required node was up; absent until then.");

    public static readonly MetricDefinition FailedStops = new("gatehouse.readiness.failed_stops", MetricKind.Counter, "{node}",
        "Nodes whose stop failed, did not end in time, or was not begun for lack of time.");

    public static readonly MetricDefinition NodeUp = new("gatehouse.readiness.node.up", MetricKind.Gauge, "",
        "1 while the node does its job, well or less well.", Node);

    public static readonly MetricDefinition NodeState = new("gatehouse.readiness.node.state", MetricKind.Gauge, "",
        "1 for the state in which the node is.", Node, State);

    public static readonly MetricDefinition NodeWait = new("gatehouse.readiness.node.wait", MetricKind.Gauge, "s",
        "From the start of the graph until the node's parents let it begin; absent until then.", Node);

    public static readonly MetricDefinition NodeTimeToReady = new("gatehouse.readiness.node.time_to_ready", MetricKind.Gauge, "s",
        "From the node's first check until it was first ready, its stability window included; absent until then.", Node);

    public static readonly MetricDefinition NodeChecks = new("gatehouse.readiness.node.checks", MetricKind.Counter, "{check}",
        "Checks that ended, by verdict or by timeout.", Node, Result);

    public static readonly MetricDefinition NodeLastCheck = new("gatehouse.readiness.node.last_check", MetricKind.Gauge, "s",
        "How long the last check took: the latency of what is behind the node.", Node);

    public static readonly MetricDefinition NodeBreaks = new("gatehouse.readiness.node.breaks", MetricKind.Counter, "{break}",
        "How often the node's connection broke, by its own events or because its peer was another: the flaps that checks miss.", Node);

    public static readonly MetricDefinition NodeUnbroken = new("gatehouse.readiness.node.unbroken", MetricKind.Gauge, "s",
        "How long the node has shown no failure and no break, since its first success after the last one.", Node);

    public static readonly MetricDefinition NodeRestarts = new("gatehouse.readiness.node.restarts", MetricKind.Counter, "{restart}",
        "How often the node's monitor crashed and was started again.", Node);

    public static readonly MetricDefinition NodeParked = new("gatehouse.readiness.node.parked", MetricKind.Gauge, "",
        "1 while the node is checked rarely or not at all, because its monitor crashed too often or its checks do not end.", Node);

    public static readonly MetricDefinition NodeAbandoned = new("gatehouse.readiness.node.abandoned", MetricKind.Gauge, "{check}",
        "Checks that were left behind at their timeout.", Node);

    public static readonly IReadOnlyList<MetricDefinition> All =
    [
        Ready, TimeToReady, FailedStops, NodeUp, NodeState, NodeWait, NodeTimeToReady, NodeChecks, NodeLastCheck, NodeBreaks, NodeUnbroken, NodeRestarts,
        NodeParked, NodeAbandoned,
    ];
}
