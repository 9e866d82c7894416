using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Incidents;

/// <summary>An incident's post-mortem, with those before it that had the same cause and what was done about them. Pure.</summary>
internal static class IncidentStory
{
    public static string Write(Incident incident, IReadOnlyList<Incident> earlier)
    {
        if (incident is not { Diagnosis: { } report, Case: { } known }) return $"# {incident.Title}\n\nThis incident has not been explained.\n";
        return PostMortem.Write(report, known, new()
        {
            Title = incident.Title,
            IncidentId = incident.Id,
            OpenedAt = incident.OpenedAt,
            NoticedBy = $"the rule {MetricLabel.Of(incident.Rules[0].ToString())}",
            ClosedAt = incident.MendedAt ?? incident.ClosedAt,
            Impact = new() { UpgradesRefused = incident.Impact.UpgradesRefused, ChatsCut = incident.Impact.TurnsFailed },
            Actions = [.. incident.Actions.Select(action => Taken(action))],
            Earlier = [.. earlier.Select(each => new EarlierIncident(each.Id, DateOnly.FromDateTime(each.OpenedAt.UtcDateTime), [.. (each.Diagnosis?.Roots ?? []).Select(root => root.Code)])
            {
                Tried = each.Actions.Count == 0 ? null : string.Join(", ", each.Actions.Select(action => Taken(action).What)),
            })],
        });
    }

    private static ActionTaken Taken(IncidentAction action)
    {
        var what = $"{MetricLabel.Of(action.Kind.ToString()).Replace('_', ' ')}{(action.Node is { } node ? $" ({node})" : "")}";
        return new(action.At, action.DryRun ? $"would have done: {what}" : what, action.DryRun ? "a dry run" : null);
    }
}
