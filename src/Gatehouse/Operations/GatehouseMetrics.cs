using System.Diagnostics.Metrics;
using Gatehouse.Operations.Incidents;
using Gatehouse.Readiness;

namespace Gatehouse.Operations;

/// <summary>
/// What Gatehouse measures, on one meter; <see cref="MetricCatalogue"/> lists it. Thread-safe; counting allocates nothing and works
/// without a listener: counters are kept here and read by observable instruments, only the histograms need somebody to listen.
/// The self-test is outside every measure, so its callers do not come here.
/// </summary>
public sealed class GatehouseMetrics
{
    /// <summary>The meter's name, for a host with an exporter of its own.</summary>
    public const string MeterName = "Gatehouse";

    private static readonly Tally<HoldOutcome> HoldOutcomes = new("outcome");

    private readonly Histogram<double> _holdTime;
    private readonly Histogram<double> _deliveryTime;
    private readonly Histogram<double> _runTime;
    private long _eventsAppended;
    private long _eventsDelivered;
    private long _framesSent;
    private long _activeRuns;

    public GatehouseMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(MeterName);

        meter.Observe(MetricCatalogue.Connections, Connections.Observe);
        meter.Observe(MetricCatalogue.Handshakes, Handshakes.Observe);
        _holdTime = meter.Histogram(MetricCatalogue.HoldTime);
        meter.Observe(MetricCatalogue.Subscriptions, Subscriptions.Observe);
        meter.Observe(MetricCatalogue.Snapshots, Snapshots.Observe);
        meter.Observe(MetricCatalogue.EventsAppended, () => EventsAppended);
        meter.Observe(MetricCatalogue.EventsDelivered, () => EventsDelivered);
        meter.Observe(MetricCatalogue.FramesSent, () => FramesSent);
        _deliveryTime = meter.Histogram(MetricCatalogue.DeliveryTime);
        meter.Observe(MetricCatalogue.RunsActive, () => ActiveRuns);
        meter.Observe(MetricCatalogue.Runs, Runs.Observe);
        _runTime = meter.Histogram(MetricCatalogue.RunDuration);
        meter.Observe(MetricCatalogue.Steps, Steps.Observe);
        meter.Observe(MetricCatalogue.ToolCalls, ToolCalls.Observe);
        meter.Observe(MetricCatalogue.Tokens, Tokens.Observe);
        meter.Observe(MetricCatalogue.IncidentsOpen, IncidentsOpen.Observe);
    }

    internal Tally<ConnectionState> Connections { get; } = new("state");
    internal HandshakeTally Handshakes { get; } = new();
    internal Tally<SubscribeResult> Subscriptions { get; } = new("result");
    internal Tally<SnapshotReason> Snapshots { get; } = new("reason");
    internal Tally<RunOutcome> Runs { get; } = new("outcome");
    internal Tally<StepKind> Steps { get; } = new("kind");
    internal Tally<ToolOutcome> ToolCalls { get; } = new("outcome");
    internal Tally<TokenKind> Tokens { get; } = new("direction");

    internal Tally<IncidentRule> IncidentsOpen { get; } = new("rule");
    internal long EventsAppended => Volatile.Read(ref _eventsAppended);
    internal long EventsDelivered => Volatile.Read(ref _eventsDelivered);
    internal long FramesSent => Volatile.Read(ref _framesSent);
    internal long ActiveRuns => Volatile.Read(ref _activeRuns);

    /// <summary>A connection changed state; null is "not there", before its first and after its last.</summary>
    internal void ConnectionMoved(ConnectionState? from, ConnectionState? to)
    {
        if (from is { } left)
            Connections.Add(left, -1);
        if (to is { } entered)
            Connections.Add(entered);
    }

    /// <param name="node">The node that admission waited for or refused over; null where none was the reason.</param>
    internal void HandshakeDecided(HandshakeOutcome outcome, HandshakeReason reason, string? node = null) =>
        Handshakes.Add(outcome, reason, node ?? "");

    /// <summary>An upgrade was held so long. The decision itself is counted apart.</summary>
    internal void Held(HoldOutcome outcome, TimeSpan time) => _holdTime.Record(time.TotalSeconds, HoldOutcomes.Tag(outcome));

    internal void Subscribed(SubscribeResult result) => Subscriptions.Add(result);

    internal void SnapshotServed(SnapshotReason reason) => Snapshots.Add(reason);

    internal void Appended(int events) => Interlocked.Add(ref _eventsAppended, events);

    /// <summary>One frame with <paramref name="events"/> events was written; the newest had been published that long ago; null if they came out of the log.</summary>
    internal void Delivered(int events, TimeSpan? sinceAppend)
    {
        Interlocked.Add(ref _eventsDelivered, events);
        if (sinceAppend is { } time) _deliveryTime.Record(time.TotalSeconds);
    }

    internal void FrameSent() => Interlocked.Increment(ref _framesSent);

    internal void RunStarted() => Interlocked.Increment(ref _activeRuns);

    /// <summary>The terminal event is appended. Counts even if nothing listens to the duration.</summary>
    internal void RunEnded(RunOutcome outcome, TimeSpan duration)
    {
        RunLeft();
        Runs.Add(outcome);
        _runTime.Record(duration.TotalSeconds, Runs.Tag(outcome));
    }

    /// <summary>A run stopped here without an end: it was handed over, or its owner was fenced.</summary>
    internal void RunLeft() => Interlocked.Decrement(ref _activeRuns);

    internal void StepBegun(StepKind kind) => Steps.Add(kind);

    internal void ToolCalled(ToolOutcome outcome) => ToolCalls.Add(outcome);

    internal void TokensUsed(long input, long output)
    {
        Tokens.Add(TokenKind.Input, input);
        Tokens.Add(TokenKind.Output, output);
    }
}
