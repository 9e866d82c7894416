using Gatehouse.Operations.Incidents;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Status;

/// <summary>The success measures, as the objectives of <c>deploy/monitoring/slo.json</c> have their targets. Pure.</summary>
internal static class StatusMeasures
{
    private const double UpgradeObjective = 99.9;
    private const double TurnObjective = 99.5;
    private const double StableSeconds = 60;

    /// <param name="hour">What has come within the last hour.</param>
    /// <param name="timeToReady">How long the start took; null until it has ended.</param>
    public static IReadOnlyList<StatusMeasure> Of(Totals hour, IReadOnlyList<NodeCourse> nodes, TimeSpan? timeToReady)
    {
        var (upgrades, turns) = (hour.Accepted + hour.Refused, hour.TurnsDone + hour.TurnsFailed);
        var (good, checks) = (nodes.Sum(node => (long)node.GoodChecks), nodes.Sum(node => (long)node.GoodChecks + node.BadChecks));
        var completed = Percent(hour.TurnsDone, turns);
        List<StatusMeasure> measures =
        [
            Share("upgrade_success", "Upgrades let in", Percent(hour.Accepted, upgrades), UpgradeObjective, atLeast: true, "1 h", upgrades),
            Share("refused_share", "Upgrades refused", Percent(hour.Refused, upgrades), 1, atLeast: false, "1 h", upgrades),
            new("startup_time", "Start-up", timeToReady is { } time ? Math.Round(time.TotalSeconds, 3) : null, "s", 45, AtLeast: false, "this start", null,
                timeToReady is { } taken ? taken.TotalSeconds <= 45 : null),
            Share("health_checks", "Checks passed", Percent(good, checks), 99, atLeast: true, "since start", checks),
            Share("turns_completed", "Turns completed", completed, TurnObjective, atLeast: true, "1 h", turns),
            Share("error_budget_left", "Error budget left", completed is { } share ? Math.Round(100 - (100 - share) / (100 - TurnObjective) * 100, 1) : null, 0, atLeast: true, "1 h", turns),
        ];
        foreach (var (name, title) in new[] { ("database", "Database unbroken"), ("redis", "Redis unbroken") })
            if (nodes.FirstOrDefault(node => node.Name == name) is { } node) measures.Add(Unbroken(node, title));
        return measures;
    }

    private static StatusMeasure Share(string name, string title, double? value, double target, bool atLeast, string window, long events) =>
        new(name, title, value, "%", target, atLeast, window, events, value is { } share ? atLeast ? share >= target : share <= target : null);

    private static StatusMeasure Unbroken(NodeCourse node, string title)
    {
        var seconds = Math.Floor(node.Unbroken.TotalSeconds);
        bool? isGood = seconds >= StableSeconds ? true : node.Breaks > 0 || node.BadChecks > 0 ? false : null;      // nothing has broken yet
        return new($"{node.Name}_unbroken", title, seconds, "s", StableSeconds, AtLeast: true, "now", null, isGood);
    }

    private static double? Percent(long part, long all) => all == 0 ? null : Math.Round(part * 100d / all, 3);
}
