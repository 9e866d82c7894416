using Gatehouse.Readiness;

namespace Gatehouse.Operations.Monitoring;

/// <summary>
/// All alerts. What users notice pages: budgets that burn fast, nobody ready, nobody there. What may become that is a ticket, with the
/// node or the instance that it is about.
/// </summary>
internal sealed class AlertRules(Slo slo)
{
    private const string Window = "30m";

    private readonly Indicator _upgrades = Indicator.Upgrades(slo);
    private readonly Indicator _turns = Indicator.Turns(slo);
    private readonly Thresholds _limits = slo.Thresholds;

    /// <summary>The shares of bad events, for every window.</summary>
    public IEnumerable<RecordingRule> Shares => [.. BurnAlerts.Shares(slo, _upgrades), .. BurnAlerts.Shares(slo, _turns)];

    /// <summary>What is left of the error budgets.</summary>
    public IEnumerable<RecordingRule> Budgets => ((Indicator[])[_upgrades, _turns])
        .Select(indicator => new RecordingRule(indicator.RecordedBudgetLeft, indicator.BudgetLeft(slo.Period)));

    /// <summary>In the order in which they matter.</summary>
    public IReadOnlyList<AlertRule> All =>
    [
        .. BurnAlerts.Alerts(slo, _upgrades, "GatehouseUpgradesBurn", "upgrades", "WebSocket upgrades are refused with 503"),
        Refused, Limited,
        .. BurnAlerts.Alerts(slo, _turns, "GatehouseTurnsBurn", "turns", "Chat turns fail"),
        NoneReady, NotReady, Absent, StartSlow,
        ChecksFailing, NodeFlapping, MonitorParked, MonitorRestarting, Slow("database", "Database", _limits.DatabaseSeconds), Slow("redis", "Redis", _limits.RedisSeconds),
        IncidentOpen,
    ];

    private AlertRule Refused
    {
        get
        {
            var all = _upgrades.Events(Window);
            var byNode = $"sum by (node) (increase({Of(MetricCatalogue.Handshakes, "reason=\"not_ready\",node!=\"\"")}[{Window}]))";
            return new("GatehouseUpgradesRefused", "upgrades", Severity.Ticket,
                $"{byNode} / on () group_left () {all} > {Share(_limits.RefusedPercent)}\n and on () {all} >= {slo.Upgrades.MinimumEvents}", TimeSpan.FromMinutes(5),
                "{{ $labels.node }} has WebSocket upgrades refused.",
                $"More than {PromQl.Number(_limits.RefusedPercent)} % of the upgrades of {Window} got 503 because this node was not up, after the time that they are held.");
        }
    }

    private AlertRule Limited
    {
        get
        {
            var all = $"sum(increase({Of(MetricCatalogue.Handshakes, "reason!~\"bad_request|unauthenticated\"")}[{Window}]))";
            return new("GatehouseUpgradesLimited", "upgrades", Severity.Ticket,
                $"sum by (reason) (increase({Of(MetricCatalogue.Handshakes, "reason=~\"too_many_connections|too_many_handshakes\"")}[{Window}])) / on () group_left () {all} > {Share(_limits.LimitedPercent)}"
                + $"\n and on () {all} >= {slo.Upgrades.MinimumEvents}", TimeSpan.FromMinutes(5),
                "The limits refuse WebSocket upgrades: {{ $labels.reason }}.",
                $"More than {PromQl.Number(_limits.LimitedPercent)} % of the upgrades of {Window} got 429: a client in a loop, limits that are too low, or users behind one address.");
        }
    }

    private AlertRule NoneReady => new("GatehouseNoneReady", "readiness", Severity.Page,
        $"max({Of(ReadinessCatalogue.Ready)}) == 0", TimeSpan.FromMinutes((double)_limits.NotReadyMinutes),
        "No instance is ready.", "Every instance that is there says that it cannot do its job; upgrades are held, then refused.");

    private AlertRule NotReady => new("GatehouseNotReady", "readiness", Severity.Ticket,
        $"{Of(ReadinessCatalogue.Ready)} == 0\n and on () max({Of(ReadinessCatalogue.Ready)}) == 1", TimeSpan.FromMinutes((double)_limits.NotReadyMinutes),
        "{{ $labels.instance }} is not ready, while others are.", "Traffic goes to the others. Its /ready names the node behind the verdict.");

    private AlertRule Absent => new("GatehouseAbsent", "readiness", Severity.Page,
        $"absent({Of(ReadinessCatalogue.Ready)})", TimeSpan.FromMinutes((double)_limits.AbsentMinutes),
        "No instance is heard of.", "No instance reports a figure: none is running, or the scrape or the collector is broken.");

    // For the first hour of an instance: its start is a figure that stays for life.
    private AlertRule StartSlow => new("GatehouseStartSlow", "readiness", Severity.Ticket,
        $"{Of(ReadinessCatalogue.TimeToReady)} > {PromQl.Number(_limits.StartSeconds)}\n unless {Of(ReadinessCatalogue.TimeToReady)} offset 1h", TimeSpan.Zero,
        "{{ $labels.instance }} took {{ $value | humanizeDuration }} to become ready.",
        $"The limit is {PromQl.Number(_limits.StartSeconds)} s. /api/startup of the instance has the critical path.");

    private AlertRule ChecksFailing
    {
        get
        {
            var all = $"sum by (node) (increase({Of(ReadinessCatalogue.NodeChecks)}[1h]))";
            return new("GatehouseChecksFailing", "nodes", Severity.Ticket,
                $"sum by (node) (increase({Of(ReadinessCatalogue.NodeChecks, "result=\"bad\"")}[1h])) / {all} > {Share(100 - _limits.CheckSuccessPercent)}"
                + $"\n and {all} >= {PromQl.Number(_limits.MinimumChecks)}", TimeSpan.FromMinutes(5),
                "Checks of {{ $labels.node }} fail.", $"Fewer than {PromQl.Number(_limits.CheckSuccessPercent)} % of its checks of the last hour were good.");
        }
    }

    private AlertRule NodeFlapping => new("GatehouseNodeFlapping", "nodes", Severity.Ticket,
        $"max by (node) (increase({Of(ReadinessCatalogue.NodeBreaks)}[1h])) > {PromQl.Number(_limits.BreaksPerHour)}", TimeSpan.Zero,
        "The connection to {{ $labels.node }} breaks again and again.",
        "It comes back each time, so that checks may all be good; each break costs a stability window.");

    private AlertRule MonitorParked => new("GatehouseMonitorParked", "nodes", Severity.Ticket,
        $"{Of(ReadinessCatalogue.NodeParked)} == 1", TimeSpan.FromMinutes(1),
        "The monitor of {{ $labels.node }} on {{ $labels.instance }} is parked.",
        "It crashed too often, or its checks do not end. The node is checked rarely or not at all, so that nothing is known of it.");

    private AlertRule MonitorRestarting => new("GatehouseMonitorRestarting", "nodes", Severity.Ticket,
        $"max by (node) (increase({Of(ReadinessCatalogue.NodeRestarts)}[15m])) > {PromQl.Number(_limits.RestartsIn15Minutes)}", TimeSpan.Zero,
        "The monitor of {{ $labels.node }} crashes and is started again.", "A check throws where it should answer: a fault in the check, not in what it checks.");

    private AlertRule IncidentOpen => new("GatehouseIncidentOpen", "incidents", Severity.Ticket,
        $"sum by (rule) ({Of(MetricCatalogue.IncidentsOpen)}) > 0", TimeSpan.FromMinutes(1),
        "An incident is open: {{ $labels.rule }}.", "The server has diagnosed it; the incident has the chain of causes and the remedy.");

    private AlertRule Slow(string node, string word, decimal seconds) => new($"Gatehouse{word}Slow", "nodes", Severity.Ticket,
        $"max by (node) (avg_over_time({Of(ReadinessCatalogue.NodeLastCheck, $"node=\"{node}\"")}[10m])) > {PromQl.Number(seconds)}", TimeSpan.FromMinutes(5),
        $"{word} answers slowly: {{{{ $value | humanizeDuration }}}} a check.",
        $"The average of 10 minutes is above {PromQl.Number(seconds)} s. Slow is not down: the server stays ready, and everything takes longer.");

    private string Of(MetricDefinition metric, string labels = "") => PromQl.Of(metric, slo.Job, labels);

    private static string Share(decimal percent) => PromQl.Number(percent / 100);
}
