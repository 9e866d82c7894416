using System.Globalization;
using Gatehouse.Diagnosis;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Incidents;

/// <summary>What the rules hold the instance to.</summary>
/// <param name="StartLimit">A start that takes longer has failed.</param>
/// <param name="RefusedPercent">More refused upgrades within a minute than this share are an incident; of ten at least.</param>
/// <param name="FailedTurnsPercent">More failed turns within the hour and within the last five minutes than this share are an incident; of ten at least.</param>
internal sealed record IncidentLimits(TimeSpan StartLimit, int RefusedPercent, int FailedTurnsPercent);

/// <summary>Which rules are broken. The totals of the last hour are all it remembers; not thread-safe.</summary>
internal sealed class BreachFinder(IncidentLimits limits, DateTimeOffset began)
{
    // Of fewer, one failure would be an incident.
    private const int LeastEvents = 10;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);       // one twelfth of the long window, as the SRE workbook has it
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly TotalsHistory _history = new();

    /// <summary>What has come within the last hour.</summary>
    public Totals Hour { get; private set; }

    public IReadOnlyList<Breach> Find(DateTimeOffset now, ReadinessSnapshot graph, Totals totals)
    {
        List<Breach> breaches = [];
        if (graph.Withdrawn is null)
        {
            if (graph.IsStarted && !graph.IsReady) breaches.Add(ReadinessLost(graph));
            if (!graph.IsStarted) AddStart(now, graph, breaches);
        }
        foreach (var node in graph.Nodes.Where(node => node.IsParked)) breaches.Add(Parked(node));
        AddRefused(_history.Within(Minute, now, totals), breaches);
        Hour = _history.Within(Long, now, totals);
        AddBurning(_history.Within(Short, now, totals), Hour, breaches);
        _history.Add(now, totals);
        return breaches;
    }

    private static Breach ReadinessLost(ReadinessSnapshot graph)
    {
        var down = string.Join(", ", graph.Culprits.Select(node => node.Name));
        return new(IncidentRule.ReadinessLost, "readiness", $"The instance is not ready any more: {down}.", new()
        {
            Kind = SymptomKind.ReadinessLost,
            Onset = graph.Culprits.Select(node => (DateTimeOffset?)node.Since).Min(),
            Text = $"not ready: {down}",
        });
    }

    private void AddStart(DateTimeOffset now, ReadinessSnapshot graph, List<Breach> breaches)
    {
        var text = graph.Fatal is { } fatal ? $"The start cannot succeed: {fatal.Name} has a fault that waiting does not mend."
            : now - began > limits.StartLimit ? $"The start has not ended within {limits.StartLimit.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s."
            : null;
        if (text is not null) breaches.Add(new(IncidentRule.StartFailed, "start", text, new() { Kind = SymptomKind.StartFailed, Text = text }));
    }

    private static Breach Parked(NodeSnapshot node) => new(
        IncidentRule.MonitorParked, $"parked:{node.Name}", $"The monitor of {node.Name} is parked: {node.Reason ?? "its checks do not end"}.",
        new() { Kind = SymptomKind.NodeDown, Node = node.Name, Text = $"the monitor of {node.Name} is parked" });

    private void AddRefused(Totals minute, List<Breach> breaches)
    {
        var all = minute.Accepted + minute.Refused;
        if (all < LeastEvents || minute.Refused * 100 <= all * limits.RefusedPercent) return;
        var text = $"{minute.Refused} of {all} upgrades were refused within a minute";
        breaches.Add(new(IncidentRule.UpgradesRefused, "refused", $"{text}.", new() { Kind = SymptomKind.UpgradeRefused, Text = text }));
    }

    private void AddBurning(Totals few, Totals many, List<Breach> breaches)
    {
        if (!IsOver(few) || !IsOver(many)) return;
        var text = $"{few.TurnsFailed} of {few.TurnsDone + few.TurnsFailed} turns failed within five minutes";
        breaches.Add(new(IncidentRule.BudgetBurning, "turns", $"{text}.", new() { Kind = SymptomKind.TurnFailed, Text = text }));
    }

    private bool IsOver(Totals window)
    {
        var all = window.TurnsDone + window.TurnsFailed;
        return all >= LeastEvents && window.TurnsFailed * 100 > all * limits.FailedTurnsPercent;
    }
}
