using Gatehouse.Readiness;

namespace Gatehouse.Operations.Monitoring;

/// <summary>What is good and what is bad among the events that a promise is about: a service level indicator.</summary>
/// <param name="Name">Of its recorded series.</param>
/// <param name="Valid">Matchers of all events that count.</param>
/// <param name="Bad">Matchers of the bad ones among them.</param>
internal sealed record Indicator(string Name, string Job, Objective Objective, MetricDefinition Metric, string Valid, string Bad)
{
    /// <summary>
    /// Upgrades at the handshake. Those that the client got wrong do not count, and neither do those that its limits refused: a client in
    /// a loop is not an outage.
    /// </summary>
    public static Indicator Upgrades(Slo slo) => new("upgrade", slo.Job, slo.Upgrades, MetricCatalogue.Handshakes,
        $"reason!~\"{Labels(HandshakeReason.BadRequest, HandshakeReason.Unauthenticated, HandshakeReason.TooManyConnections, HandshakeReason.TooManyHandshakes)}\"",
        $"reason=~\"{Labels(HandshakeReason.NotReady, HandshakeReason.Draining, HandshakeReason.Protected)}\"");

    /// <summary>Chat turns: a run that was cancelled, or waits for its user, did what it should.</summary>
    public static Indicator Turns(Slo slo) => new("turn", slo.Job, slo.Turns, MetricCatalogue.Runs, "", $"outcome=\"{Labels(RunOutcome.Failed)}\"");

    /// <summary>The share of bad events in a window.</summary>
    public string Ratio(string window) =>
        $"sum(rate({PromQl.Of(Metric, Job, Bad)}[{window}])) / sum(rate({PromQl.Of(Metric, Job, Valid)}[{window}]))";

    public string Events(string window) => $"sum(increase({PromQl.Of(Metric, Job, Valid)}[{window}]))";

    /// <summary>The series in which the share of a window is recorded.</summary>
    public string RecordedRatio(string window) => $"gatehouse:{Name}_errors:ratio_rate{window}";

    /// <summary>What is left of the budget: 1 is all, 0 none, below that the promise is broken.</summary>
    public string BudgetLeft(TimeSpan period) =>
        $"1 - ({Ratio(PromQl.Duration(period))}) / {PromQl.Number(Objective.Budget)}";

    public string RecordedBudgetLeft => $"gatehouse:{Name}_error_budget:left";

    /// <summary>Label values, to match any of them.</summary>
    internal static string Labels<TLabel>(params TLabel[] labels) where TLabel : struct, Enum => string.Join('|', labels.Select(label => MetricLabel.Of(label.ToString())));
}
