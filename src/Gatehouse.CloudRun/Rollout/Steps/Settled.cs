using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Waits until the platform has done what the service asks for.</summary>
internal static class Settled
{
    /// <returns>Whether it has in time. The service's <c>Ready</c> does not count: a candidate that failed makes it false for good.</returns>
    public static async Task<bool> TrafficAsync(RolloutRun run, IReadOnlyList<TrafficTarget> planned, TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = run.Clock.GetTimestamp();
        while (true)
        {
            var service = await run.Editor.ReadAsync(cancellationToken);
            OthersChange.Refuse(service, run.State);
            if (TrafficPlan.HasShares(planned, service.Status?.Traffic ?? [])) return true;
            if (run.Clock.GetElapsedTime(began) > limit) return false;
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
        }
    }
}
