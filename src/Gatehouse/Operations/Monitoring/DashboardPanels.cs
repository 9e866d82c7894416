using Gatehouse.Readiness;

namespace Gatehouse.Operations.Monitoring;

/// <summary>What the dashboard shows, from the promises down to the process. Every query names metrics of the catalogue, or .NET's own.</summary>
internal sealed class DashboardPanels(Slo slo)
{
    private const string Rate = "$__rate_interval";

    private readonly Indicator _upgrades = Indicator.Upgrades(slo);
    private readonly Indicator _turns = Indicator.Turns(slo);

    public IReadOnlyList<(string Title, IReadOnlyList<Panel> Panels)> Rows =>
        [("Promises", Promises), ("Upgrades", Upgrades), ("Start-up", StartUp), ("Nodes", Nodes), ("Chat", Chat), ("Process", Process)];

    private IReadOnlyList<Panel> Promises =>
    [
        new("Instances ready", PanelKind.Stat, "short", 4, "Instances that can do their job now.", new PanelQuery($"sum({Of(ReadinessCatalogue.Ready)})")) { RedBelow = 1 },
        new("Upgrade success", PanelKind.Stat, "percentunit", 4, "Of the last hour.", new PanelQuery($"1 - {_upgrades.Ratio("1h")}")) { RedBelow = slo.Upgrades.Percent / 100 },
        new("Upgrade budget left", PanelKind.Stat, "percentunit", 4, "Of the period; below zero the promise is broken.", new PanelQuery(_upgrades.BudgetLeft(slo.Period))) { RedBelow = 0 },
        new("Turns completed", PanelKind.Stat, "percentunit", 4, "Of the last hour.", new PanelQuery($"1 - {_turns.Ratio("1h")}")) { RedBelow = slo.Turns.Percent / 100 },
        new("Turn budget left", PanelKind.Stat, "percentunit", 4, "Of the period; below zero the promise is broken.", new PanelQuery(_turns.BudgetLeft(slo.Period))) { RedBelow = 0 },
        new("Incidents open", PanelKind.Stat, "short", 4, "Opened by the servers themselves.", new PanelQuery($"sum({Of(MetricCatalogue.IncidentsOpen)})")) { RedFrom = 1 },
    ];

    private IReadOnlyList<Panel> Upgrades =>
    [
        new("Upgrades by decision", PanelKind.Stacked, "reqps", 8, "Counted when admission decides, not when the socket closes.",
            new PanelQuery($"sum by (outcome, reason) (rate({Of(MetricCatalogue.Handshakes)}[{Rate}]))", "{{outcome}}: {{reason}}")),
        new("503 share by node", PanelKind.Lines, "percentunit", 8, "Which node was the reason.",
            new PanelQuery($"sum by (node) (rate({Of(MetricCatalogue.Handshakes, "reason=\"not_ready\"")}[{Rate}])) / on () group_left () sum(rate({Of(MetricCatalogue.Handshakes)}[{Rate}]))", "{{node}}"))
        { RedFrom = slo.Thresholds.RefusedPercent / 100 },
        new("Burn rate of upgrades", PanelKind.Lines, "short", 8, "1 uses the budget up exactly in its period.",
            new PanelQuery($"{_upgrades.Ratio("5m")} / {PromQl.Number(slo.Upgrades.Budget)}", "5m"), new PanelQuery($"{_upgrades.Ratio("1h")} / {PromQl.Number(slo.Upgrades.Budget)}", "1h")),
        new("Connections", PanelKind.Stacked, "short", 12, "By state; held ones wait at the gate.", new PanelQuery($"sum by (state) ({Of(MetricCatalogue.Connections)})", "{{state}}")),
        new("Time held at the gate", PanelKind.Lines, "s", 12, "99 of 100 upgrades were held shorter, by what became of them.",
            new PanelQuery(Quantile(MetricCatalogue.HoldTime, "0.99", "outcome"), "{{outcome}}")),
    ];

    private IReadOnlyList<Panel> StartUp =>
    [
        new("Time to ready", PanelKind.Lines, "s", 8, "From the start of the graph, by instance.", new PanelQuery(Of(ReadinessCatalogue.TimeToReady), "{{instance}}")) { RedFrom = slo.Thresholds.StartSeconds },
        new("Time to ready by node", PanelKind.Lines, "s", 8, "What each node itself took, at worst.", new PanelQuery($"max by (node) ({Of(ReadinessCatalogue.NodeTimeToReady)})", "{{node}}")),
        new("Wait by node", PanelKind.Lines, "s", 8, "How long each waited for those before it, at worst.", new PanelQuery($"max by (node) ({Of(ReadinessCatalogue.NodeWait)})", "{{node}}")),
    ];

    private IReadOnlyList<Panel> Nodes =>
    [
        new("Nodes up", PanelKind.States, "short", 12, "The share of instances on which the node does its job.", new PanelQuery($"avg by (node) ({Of(ReadinessCatalogue.NodeUp)})", "{{node}}")),
        new("Instances by state", PanelKind.Stacked, "short", 12, "Nodes in another state than ready.", new PanelQuery($"sum by (node, state) ({Of(ReadinessCatalogue.NodeState, "state!=\"ready\"")})", "{{node}}: {{state}}")),
        new("Check success", PanelKind.Lines, "percentunit", 8, "Good ones among all.",
            new PanelQuery($"sum by (node) (rate({Of(ReadinessCatalogue.NodeChecks, "result=\"good\"")}[{Rate}])) / sum by (node) (rate({Of(ReadinessCatalogue.NodeChecks)}[{Rate}]))", "{{node}}"))
        { RedBelow = slo.Thresholds.CheckSuccessPercent / 100 },
        new("Latency of a check", PanelKind.Lines, "s", 8, "At worst.", new PanelQuery($"max by (node) ({Of(ReadinessCatalogue.NodeLastCheck)})", "{{node}}")),
        new("Unbroken time", PanelKind.Lines, "s", 8, "Without a failure or a break, at worst.", new PanelQuery($"min by (node) ({Of(ReadinessCatalogue.NodeUnbroken)})", "{{node}}")),
        new("Breaks", PanelKind.Lines, "short", 8, "Flaps of an hour.", new PanelQuery($"sum by (node) (increase({Of(ReadinessCatalogue.NodeBreaks)}[1h]))", "{{node}}")),
        new("Monitors", PanelKind.Lines, "short", 8, "Restarts of an hour, and monitors that are parked now.",
            new PanelQuery($"sum by (node) (increase({Of(ReadinessCatalogue.NodeRestarts)}[1h]))", "{{node}} restarts"), new PanelQuery($"sum by (node) ({Of(ReadinessCatalogue.NodeParked)})", "{{node}} parked")),
        new("Left behind", PanelKind.Lines, "short", 8, "Checks that do not end, and stops that failed.",
            new PanelQuery($"sum by (node) ({Of(ReadinessCatalogue.NodeAbandoned)})", "{{node}}"), new PanelQuery($"sum({Of(ReadinessCatalogue.FailedStops)})", "failed stops")),
    ];

    private IReadOnlyList<Panel> Chat =>
    [
        new("Turns by outcome", PanelKind.Stacked, "reqps", 8, "Ended runs.", new PanelQuery($"sum by (outcome) (rate({Of(MetricCatalogue.Runs)}[{Rate}]))", "{{outcome}}")),
        new("Duration of a turn", PanelKind.Lines, "s", 8, "Half, and 95 of 100, were shorter.",
            new PanelQuery(Quantile(MetricCatalogue.RunDuration, "0.5"), "p50"), new PanelQuery(Quantile(MetricCatalogue.RunDuration, "0.95"), "p95")),
        new("Delivery", PanelKind.Lines, "s", 8, "From an event's append to its write to a connection.",
            new PanelQuery(Quantile(MetricCatalogue.DeliveryTime, "0.5"), "p50"), new PanelQuery(Quantile(MetricCatalogue.DeliveryTime, "0.99"), "p99")),
        new("Work", PanelKind.Lines, "reqps", 8, "Steps and tool calls.",
            new PanelQuery($"sum by (kind) (rate({Of(MetricCatalogue.Steps)}[{Rate}]))", "{{kind}} steps"), new PanelQuery($"sum by (outcome) (rate({Of(MetricCatalogue.ToolCalls)}[{Rate}]))", "tool calls {{outcome}}"),
            new PanelQuery($"sum({Of(MetricCatalogue.RunsActive)})", "active runs")),
        new("Events", PanelKind.Lines, "reqps", 8, "Appended, delivered, and the frames that carried them.",
            new PanelQuery($"sum(rate({Of(MetricCatalogue.EventsAppended)}[{Rate}]))", "appended"), new PanelQuery($"sum(rate({Of(MetricCatalogue.EventsDelivered)}[{Rate}]))", "delivered"),
            new PanelQuery($"sum(rate({Of(MetricCatalogue.FramesSent)}[{Rate}]))", "frames")),
        new("Resuming", PanelKind.Lines, "reqps", 8, "How subscriptions began, and why snapshots took the place of events.",
            new PanelQuery($"sum by (result) (rate({Of(MetricCatalogue.Subscriptions)}[{Rate}]))", "{{result}}"), new PanelQuery($"sum by (reason) (rate({Of(MetricCatalogue.Snapshots)}[{Rate}]))", "snapshot: {{reason}}")),
        new("Tokens", PanelKind.Stacked, "short", 24, "A minute, as the models report them.", new PanelQuery($"sum by (direction) (rate({Of(MetricCatalogue.Tokens)}[{Rate}])) * 60", "{{direction}}")),
    ];

    private IReadOnlyList<Panel> Process =>
    [
        new("Memory", PanelKind.Lines, "bytes", 8, "Working set.", new PanelQuery(Named("dotnet_process_memory_working_set_bytes"), "{{instance}}")),
        new("Thread pool", PanelKind.Lines, "short", 8, "Work that waits for a thread.", new PanelQuery(Named("dotnet_thread_pool_queue_length_total"), "{{instance}}")),
        new("Sockets", PanelKind.Lines, "short", 8, "Connections that Kestrel has open.", new PanelQuery(Named("kestrel_active_connections"), "{{instance}}")),
    ];

    private string Quantile(MetricDefinition metric, string quantile, string by = "") =>
        $"histogram_quantile({quantile}, sum by (le{(by.Length > 0 ? $", {by}" : "")}) (rate({Named($"{metric.PrometheusName}_bucket")}[{Rate}])))";

    private string Of(MetricDefinition metric, string labels = "") => PromQl.Of(metric, slo.Job, labels);

    private string Named(string name) => PromQl.Of(name, slo.Job);
}
