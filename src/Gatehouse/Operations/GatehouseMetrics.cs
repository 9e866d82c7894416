using System.Diagnostics.Metrics;

namespace Gatehouse.Operations;

/// <summary>
/// The catalogue of what Gatehouse measures, on one meter. Thread-safe; counting allocates nothing and works without a listener:
/// counters are kept here and read by observable instruments, only the two histograms need somebody to listen.
/// The self-test is outside every measure, so its callers do not come here.
/// </summary>
public sealed class GatehouseMetrics
{
    /// <summary>The meter's name, for a host with an exporter of its own.</summary>
    public const string MeterName = "Gatehouse";

    // Chosen around the promises: a hand-over within 50 ms on one side, a heartbeat of 20 s on the other.
    private static readonly InstrumentAdvice<double> DeliveryBuckets = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20],
    };

    // Up to the default run budget of 10 min.
    private static readonly InstrumentAdvice<double> RunBuckets = new()
    {
        HistogramBucketBoundaries = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600],
    };

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

        meter.CreateObservableUpDownCounter("gatehouse.connections", Connections.Observe, "{connection}",
            "WebSocket connections by state.");
        meter.CreateObservableCounter("gatehouse.handshakes", Handshakes.Observe, "{handshake}",
            "Admission decisions, counted when they are made, by outcome, reason and reason node.");
        meter.CreateObservableCounter("gatehouse.subscriptions", Subscriptions.Observe, "{subscription}",
            "Answered subscribe commands by result.");
        meter.CreateObservableCounter("gatehouse.snapshots", Snapshots.Observe, "{snapshot}",
            "Snapshots sent in place of events, by reason.");

        meter.CreateObservableCounter("gatehouse.events.appended", () => EventsAppended, "{event}",
            "Events that this instance appended to a log.");
        meter.CreateObservableCounter("gatehouse.events.delivered", () => EventsDelivered, "{event}",
            "Events written to a connection, once for each reader.");
        meter.CreateObservableCounter("gatehouse.frames.sent", () => FramesSent, "{frame}",
            "WebSocket messages written.");
        _deliveryTime = meter.CreateHistogram("gatehouse.events.delivery_time", "s",
            "From an event's append to its write to a connection.", advice: DeliveryBuckets);

        meter.CreateObservableUpDownCounter("gatehouse.runs.active", () => ActiveRuns, "{run}",
            "Runs that this instance is executing.");
        meter.CreateObservableCounter("gatehouse.runs", Runs.Observe, "{run}", "Ended runs by outcome.");
        _runTime = meter.CreateHistogram("gatehouse.run.duration", "s",
            "From a run's start on this instance to its terminal event.", advice: RunBuckets);
        meter.CreateObservableCounter("gatehouse.steps", Steps.Observe, "{step}", "Steps begun, by kind.");
        meter.CreateObservableCounter("gatehouse.tool_calls", ToolCalls.Observe, "{call}", "Tool calls by outcome.");
        meter.CreateObservableCounter("gatehouse.tokens", Tokens.Observe, "{token}",
            "Tokens that models reported, by direction.");
    }

    internal Tally<ConnectionState> Connections { get; } = new("state");
    internal HandshakeTally Handshakes { get; } = new();
    internal Tally<SubscribeResult> Subscriptions { get; } = new("result");
    internal Tally<SnapshotReason> Snapshots { get; } = new("reason");
    internal Tally<RunOutcome> Runs { get; } = new("outcome");
    internal Tally<StepKind> Steps { get; } = new("kind");
    internal Tally<ToolOutcome> ToolCalls { get; } = new("outcome");
    internal Tally<TokenKind> Tokens { get; } = new("direction");
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
