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
            if (For(root) is { } response) yield return response;
    }

    private static Response? For(Root root) => root.Code switch
    {
        "database.pool_exhausted" or "redis.paused" or "redis.read_only" => new(ResponseKind.RecycleClient, root.Node, root.Title),
        "monitor.parked" or "monitor.threw" or "monitor.hung" => new(ResponseKind.RestartMonitor, root.Node, root.Title),
        "process.pool_starved" => new(ResponseKind.CloseAdmission, null, root.Title),
        "process.memory" => new(ResponseKind.HandOverAndExit, null, root.Title),
        _ => null,
    };
}
