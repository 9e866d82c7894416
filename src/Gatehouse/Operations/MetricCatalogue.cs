using Gatehouse.Operations.Incidents;
using Gatehouse.Readiness;

namespace Gatehouse.Operations;

/// <summary>
/// Everything that Gatehouse measures, as data. The instruments are made from it, and with them <c>docs/metrics.md</c>, the rules, the
/// alert policies and the dashboard; so a name is written down once. Names follow OpenTelemetry's conventions. Every set of
/// labels is closed: nothing that a client sends becomes a label.
/// </summary>
internal static class MetricCatalogue
{
    private static readonly MetricLabels Node = new("node", [], "the declared graph; empty where no node was the reason");

    // Chosen around the promises: a hand-over within 50 ms on one side, a heartbeat of 20 s on the other.
    private static readonly double[] DeliveryBuckets = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20];

    // Up to the default run budget of 10 min.
    private static readonly double[] RunBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600];

    // Up to the longest hold that can be configured.
    private static readonly double[] HoldBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60];

    public static readonly MetricDefinition Connections = new("gatehouse.connections", MetricKind.UpDownCounter, "{connection}",
        "WebSocket connections by state.", Label<ConnectionState>("state"));

    public static readonly MetricDefinition Handshakes = new("gatehouse.handshakes", MetricKind.Counter, "{handshake}",
        "Admission decisions, counted when they are made, by outcome, reason and reason node.",
        Label<HandshakeOutcome>("outcome"), Label<HandshakeReason>("reason"), Node);

    public static readonly MetricDefinition HoldTime = new("gatehouse.handshakes.hold_time", MetricKind.Histogram, "s",
        "How long an upgrade was held at the gate, by what became of it.", Label<HoldOutcome>("outcome"))
    { Buckets = HoldBuckets };

    public static readonly MetricDefinition Subscriptions = new("gatehouse.subscriptions", MetricKind.Counter, "{subscription}",
        "Answered subscribe commands by result.", Label<SubscribeResult>("result"));

    public static readonly MetricDefinition Snapshots = new("gatehouse.snapshots", MetricKind.Counter, "{snapshot}",
        "Snapshots sent in place of events, by reason.", Label<SnapshotReason>("reason"));

    public static readonly MetricDefinition EventsAppended = new("gatehouse.events.appended", MetricKind.Counter, "{event}",
        "Events that this instance appended to a log.");

    public static readonly MetricDefinition EventsDelivered = new("gatehouse.events.delivered", MetricKind.Counter, "{event}",
        "Events written to a connection, once for each reader.");

    public static readonly MetricDefinition FramesSent = new("gatehouse.frames.sent", MetricKind.Counter, "{frame}", "WebSocket messages written.");

    public static readonly MetricDefinition DeliveryTime = new("gatehouse.events.delivery_time", MetricKind.Histogram, "s",
        "From an event's append to its write to a connection.")
    { Buckets = DeliveryBuckets };

    public static readonly MetricDefinition RunsActive = new("gatehouse.runs.active", MetricKind.UpDownCounter, "{run}",
        "Runs that this instance is executing.");

    public static readonly MetricDefinition Runs = new("gatehouse.runs", MetricKind.Counter, "{run}",
        "Ended runs (chat turns) by outcome.", Label<RunOutcome>("outcome"));

    public static readonly MetricDefinition RunDuration = new("gatehouse.run.duration", MetricKind.Histogram, "s",
        "From a run's start to its terminal event.", Label<RunOutcome>("outcome"))
    { Buckets = RunBuckets };

    public static readonly MetricDefinition Steps = new("gatehouse.steps", MetricKind.Counter, "{step}", "Steps begun, by kind.", Label<StepKind>("kind"));

    public static readonly MetricDefinition ToolCalls = new("gatehouse.tool_calls", MetricKind.Counter, "{call}",
        "Tool calls by outcome.", Label<ToolOutcome>("outcome"));

    public static readonly MetricDefinition Tokens = new("gatehouse.tokens", MetricKind.Counter, "{token}",
        "Tokens that models reported, by direction.", Label<TokenKind>("direction"));

    public static readonly MetricDefinition IncidentsOpen = new("gatehouse.incidents.open", MetricKind.UpDownCounter, "{incident}",
        "Incidents that this instance holds open, by the rule that opened them.", Label<IncidentRule>("rule"));

    /// <summary>Those of the meter <see cref="GatehouseMetrics.MeterName"/>.</summary>
    public static readonly IReadOnlyList<MetricDefinition> Backend =
    [
        Connections, Handshakes, HoldTime, Subscriptions, Snapshots, EventsAppended, EventsDelivered, FramesSent, DeliveryTime, RunsActive, Runs, RunDuration,
        Steps, ToolCalls, Tokens, IncidentsOpen,
    ];

    /// <summary>The whole catalogue.</summary>
    public static readonly IReadOnlyList<MetricDefinition> All = [.. ReadinessCatalogue.All, .. Backend];

    private static MetricLabels Label<TLabel>(string key) where TLabel : struct, Enum => new(key, [.. Enum.GetNames<TLabel>().Select(MetricLabel.Of)]);
}
