using System.Globalization;

namespace Gatehouse.Operations.Monitoring;

/// <summary>
/// The rules of the error budgets: a pair of windows for each burn (the long one so that it matters, the short one so that it still
/// happens), with at least so many events that a share means something.
/// </summary>
internal static class BurnAlerts
{
    public static IEnumerable<RecordingRule> Shares(Slo slo, Indicator indicator) =>
        Windows(slo).Select(window => new RecordingRule(indicator.RecordedRatio(window), indicator.Ratio(window)));

    public static IEnumerable<AlertRule> Alerts(Slo slo, Indicator indicator, string name, string group, string what)
    {
        foreach (var (severity, suffix) in ((Severity, string)[])[(Severity.Page, "Fast"), (Severity.Ticket, "Slowly")])
        {
            var burns = slo.Burns.Where(burn => burn.Severity == severity).ToList();
            if (burns.Count == 0) continue;
            var outage = BurnRate.TimeToFire(indicator.Objective, burns[0], slo.Period).TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            yield return new(
                $"{name}{suffix}", group, severity, Any(slo, indicator, burns, indicator.RecordedRatio), TimeSpan.Zero,
                $"{what}, and the error budget of {PromQl.Duration(slo.Period)} burns {(severity is Severity.Page ? "fast" : "too fast to last")}.",
                $"The objective is {PromQl.Number(indicator.Objective.Percent)} %. It burns {Rates(slo, burns)} times as fast as it may; a total outage is told after {outage} s.")
            { PlainQuery = Any(slo, indicator, burns, window => $"({indicator.Ratio(window)})") };
        }
    }

    private static string Any(Slo slo, Indicator indicator, IEnumerable<Burn> burns, Func<string, string> ratio) =>
        string.Join("\nor\n", burns.Select(burn =>
        {
            var (window, threshold) = (PromQl.Duration(burn.Window), PromQl.Number(BurnRate.Threshold(indicator.Objective, burn, slo.Period)));
            return $"({ratio(window)} > {threshold}\n and {ratio(PromQl.Duration(BurnRate.ShortWindow(burn.Window)))} > {threshold}"
                + $"\n and {indicator.Events(window)} >= {indicator.Objective.MinimumEvents})";
        }));

    private static string Rates(Slo slo, IEnumerable<Burn> burns) =>
        string.Join(" or ", burns.Select(burn => $"{PromQl.Number(BurnRate.Factor(burn.BudgetPercent, burn.Window, slo.Period))} ({PromQl.Duration(burn.Window)})"));

    private static IEnumerable<string> Windows(Slo slo) => slo.Burns
        .SelectMany(burn => (TimeSpan[])[BurnRate.ShortWindow(burn.Window), burn.Window]).Distinct().Order().Select(PromQl.Duration);
}
