namespace Gatehouse.Operations.Incidents;

/// <summary>
/// Keeps responses from doing harm by being many: one for each node in five minutes, and the process ends itself only when it has lived for
/// as long. Not thread-safe.
/// </summary>
internal sealed class ResponseGuard(TimeProvider clock)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(5);

    private readonly long _began = clock.GetTimestamp();
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);

    /// <returns>Whether it may be done now; then it counts as done.</returns>
    public bool Permits(Response response)
    {
        var now = clock.GetTimestamp();
        if (response.Kind is ResponseKind.HandOverAndExit && clock.GetElapsedTime(_began, now) < Pause) return false;
        var key = response.Node ?? "";
        if (_last.TryGetValue(key, out var last) && clock.GetElapsedTime(last, now) < Pause) return false;
        _last[key] = now;
        return true;
    }
}
