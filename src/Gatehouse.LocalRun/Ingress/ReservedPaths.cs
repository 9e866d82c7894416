namespace Gatehouse.LocalRun.Ingress;

/// <summary>
/// Paths that the platform keeps for itself, so that no container ever sees them from outside. Probes reach them: they do not come in by the
/// front door. That is why a health path <c>/healthz</c> can be green inside and 404 outside.
/// </summary>
internal static class ReservedPaths
{
    public static bool Contains(string path, bool andThoseEndingInZ) =>
        path is "/eventlog" || path.StartsWith("/_ah/", StringComparison.Ordinal) || (andThoseEndingInZ && path.EndsWith('z'));
}
