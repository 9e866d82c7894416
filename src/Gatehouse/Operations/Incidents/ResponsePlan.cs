using Gatehouse.Diagnosis;

namespace Gatehouse.Operations.Incidents;

/// <param name="Node">The node that it is done for; null for the process.</param>
internal sealed record Response(ResponseKind Kind, string? Node, string Because);

/// <summary>
/// What may be done about a cause without a person: only what helps against it, can be undone, and harms nobody but this instance. A cause
/// that all instances share is left to people: to restart would help nobody. Pure.
/// </summary>
internal static class ResponsePlan
{
    public static IEnumerable<Response> For(Incident incident)
    {
        foreach (var root in incident.Diagnosis?.Roots ?? [])
            if (For(root, incident) is { } response) yield return response;
    }

    private static Response? For(Root root, Incident incident) => root.Code switch
    {
        "database.pool_exhausted" => new(Done(incident, ResponseKind.RecycleClient) < 2 ? ResponseKind.RecycleClient : ResponseKind.HandOverAndExit, "database", root.Title),
        "redis.read_only" => new(ResponseKind.RecycleClient, root.Node, root.Title),
        "monitor.parked" or "monitor.silent" => new(ResponseKind.RestartMonitor, root.Node, root.Title),
        "process.pool_starved" or "process.memory_near_limit" =>
            new(Done(incident, ResponseKind.CloseAdmission) < 1 ? ResponseKind.CloseAdmission : ResponseKind.HandOverAndExit, null, root.Title),
        _ => null,
    };

    private static int Done(Incident incident, ResponseKind kind) => incident.Actions.Count(action => action.Kind == kind);
}
