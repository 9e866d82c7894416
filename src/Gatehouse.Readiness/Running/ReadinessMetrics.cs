using System.Diagnostics.Metrics;

namespace Gatehouse.Readiness;

/// <summary>
/// The meter <c>Gatehouse.Readiness</c>. Every instrument is observed from the current snapshot, so that measuring costs
/// nothing between two collections. The label <c>node</c> is closed: its values are the declared names.
/// </summary>
internal sealed class ReadinessMetrics
{
    public const string MeterName = "Gatehouse.Readiness";

    private readonly ReadinessGraph _graph;

    public ReadinessMetrics(ReadinessGraph graph, IMeterFactory meters)
    {
        _graph = graph;
        var meter = meters.Create(MeterName);
        meter.CreateObservableGauge("gatehouse.readiness.ready", () => graph.IsReady ? 1 : 0,
            description: "1 while the process can do its job.");
        meter.CreateObservableGauge("gatehouse.readiness.time_to_ready", TimeToReady, "s",
            "From the start of the graph until every required node was up; absent until then.");
        meter.CreateObservableGauge("gatehouse.readiness.node.up", () => Each(node => node.IsUp ? 1 : 0),
            description: "1 while the node does its job, well or less well.");
        meter.CreateObservableGauge("gatehouse.readiness.node.state", States,
            description: "1 for the state in which the node is.");
        meter.CreateObservableCounter("gatehouse.readiness.node.checks", () => Each(node => node.Runs), "{check}",
            "Checks that ended, by verdict or by timeout.");
        meter.CreateObservableCounter("gatehouse.readiness.node.restarts", () => Each(node => node.Restarts), "{restart}",
            "How often the node's monitor crashed and was started again.");
        meter.CreateObservableGauge("gatehouse.readiness.node.abandoned", () => Each(node => node.Abandoned), "{check}",
            "Checks that were left behind at their timeout.");
        meter.CreateObservableCounter("gatehouse.readiness.failed_stops", () => graph.Engine.FailedStops, "{node}",
            "Nodes whose stop failed, did not end in time, or was not begun for lack of time.");
    }

    private IEnumerable<Measurement<double>> TimeToReady() =>
        _graph.Engine.TimeToReady is { } time ? [new(time.TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Each(Func<NodeSnapshot, int> value) =>
        _graph.Current.Nodes.Select(node => new Measurement<int>(value(node), Label(node)));

    private IEnumerable<Measurement<int>> States() =>
        _graph.Current.Nodes.Select(node => new Measurement<int>(1, Label(node), new("state", node.State.ToText())));

    private static KeyValuePair<string, object?> Label(NodeSnapshot node) => new("node", node.Name);
}
