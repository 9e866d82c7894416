using Gatehouse.Diagnosis;

namespace Gatehouse.Operations;

/// <summary>
/// Where the ops agent's tools read. The parts that know a fact set its source when they are built; a fact without a source is
/// reported as unknown, never as fine. Sources are called at any time from any thread and answer from memory.
/// </summary>
internal sealed class OpsFacts(GatehouseMetrics metrics, TimeProvider clock)
{
    private readonly long _since = clock.GetTimestamp();

    public Func<StartupTimeline>? Startup { get; set; }

    public Func<NodeFacts>? Nodes { get; set; }

    public Func<RunsNow>? Runs { get; set; }

    /// <summary>The diagnosis. It may look at a node again, and so takes a moment.</summary>
    public Func<CancellationToken, Task<DiagnosisReport>>? Why { get; set; }

    public ConnectionsAndRuns ConnectionsAndRuns()
    {
        var runs = Runs?.Invoke();
        return new ConnectionsAndRuns(
            metrics.Connections[ConnectionState.Open],
            metrics.Connections[ConnectionState.Held],
            metrics.Connections[ConnectionState.Draining],
            metrics.Handshakes[HandshakeOutcome.Accepted],
            metrics.Handshakes[HandshakeOutcome.Refused],
            runs?.Active.Count ?? metrics.ActiveRuns,
            [.. (runs?.Active ?? []).Select(run => run with { Run = ActiveRun.Short(run.Run) })],
            runs?.Queued ?? 0);
    }

    public UsageFigures Usage() => new(
        Math.Round(clock.GetElapsedTime(_since).TotalSeconds, 1),
        metrics.Tokens[TokenKind.Input],
        metrics.Tokens[TokenKind.Output],
        metrics.Runs[RunOutcome.Success],
        metrics.Runs[RunOutcome.Interrupt],
        metrics.Runs[RunOutcome.Cancelled],
        metrics.Runs[RunOutcome.Failed],
        metrics.ActiveRuns,
        metrics.Steps.Total,
        metrics.ToolCalls.Total,
        metrics.ToolCalls[ToolOutcome.Failed],
        metrics.EventsAppended,
        metrics.EventsDelivered);

    public ProcessFigures Process() => ProcessFigures.Now(clock);
}
