using System.Diagnostics.Metrics;

namespace Gatehouse.Readiness;

/// <summary>
/// The meter <c>Gatehouse.Readiness</c>. Every instrument is observed from the current snapshot, so that measuring costs
/// nothing between two collections.
/// </summary>
internal sealed class ReadinessMetrics
{
    private readonly ReadinessGraph _graph;

    public ReadinessMetrics(ReadinessGraph graph, IMeterFactory meters)
    {
        _graph = graph;
        var meter = meters.Create(ReadinessCatalogue.MeterName);
        meter.Observe(ReadinessCatalogue.Ready, () => graph.IsReady ? 1 : 0);
        meter.Observe(ReadinessCatalogue.TimeToReady, TimeToReady);
        meter.Observe(ReadinessCatalogue.FailedStops, () => graph.Engine.FailedStops);
        ObserveSnapshot(meter);
        ObserveCourse(meter);
    }

    private void ObserveSnapshot(Meter meter)
    {
        meter.Observe(ReadinessCatalogue.NodeUp, () => Each(static node => node.IsUp ? 1 : 0));
        meter.Observe(ReadinessCatalogue.NodeState, States);
        meter.Observe(ReadinessCatalogue.NodeRestarts, () => Each(static node => node.Restarts));
        meter.Observe(ReadinessCatalogue.NodeParked, () => Each(static node => node.IsParked ? 1 : 0));
        meter.Observe(ReadinessCatalogue.NodeAbandoned, () => Each(static node => node.Abandoned));
        meter.Observe(ReadinessCatalogue.NodeLastCheck, () => _graph.Current.Nodes
            .Where(static node => node.LastDuration is not null)
            .Select(static node => new Measurement<double>(node.LastDuration!.Value.TotalSeconds, Label(node.Name))));
    }

    private void ObserveCourse(Meter meter)
    {
        meter.Observe(ReadinessCatalogue.NodeChecks, () => _graph.Engine.Courses().SelectMany(static node => (Measurement<int>[])
        [
            new(node.GoodChecks, Label(node.Name), new("result", "good")),
            new(node.BadChecks, Label(node.Name), new("result", "bad")),
        ]));
        meter.Observe(ReadinessCatalogue.NodeBreaks, () => _graph.Engine.Courses().Select(static node => new Measurement<int>(node.Breaks, Label(node.Name))));
        meter.Observe(ReadinessCatalogue.NodeUnbroken, () => Seconds(static node => node.Unbroken));
        meter.Observe(ReadinessCatalogue.NodeWait, () => Seconds(static node => node.Wait));
        meter.Observe(ReadinessCatalogue.NodeTimeToReady, () => Seconds(static node => node.TimeToReady));
    }

    private IEnumerable<Measurement<double>> TimeToReady() =>
        _graph.Engine.TimeToReady is { } time ? [new(time.TotalSeconds)] : [];

    private IEnumerable<Measurement<int>> Each(Func<NodeSnapshot, int> value) =>
        _graph.Current.Nodes.Select(node => new Measurement<int>(value(node), Label(node.Name)));

    private IEnumerable<Measurement<double>> Seconds(Func<NodeCourse, TimeSpan?> time) => _graph.Engine.Courses()
        .Where(node => time(node) is not null)
        .Select(node => new Measurement<double>(time(node)!.Value.TotalSeconds, Label(node.Name)));

    private IEnumerable<Measurement<int>> States() =>
        _graph.Current.Nodes.Select(static node => new Measurement<int>(1, Label(node.Name), new("state", node.State.ToText())));

    private static KeyValuePair<string, object?> Label(string node) => new("node", node);
}
