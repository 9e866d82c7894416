using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness;

/// <summary>Lets an <see cref="IHealthCheck"/> answer as a node's check.</summary>
internal static class HealthCheckNode
{
    public static NodeCheck From(string name, Func<IServiceProvider, IHealthCheck> create) => async (node, cancellationToken) =>
    {
        IHealthCheck check;
        try
        {
            check = create(node.Services);
        }
        catch (Exception exception) when (!CheckFault.IsTheWorlds(exception))
        {
            throw new CheckConstructionException(exception);
        }
        try
        {
            var registration = new HealthCheckRegistration(name, check, HealthStatus.Unhealthy, tags: null);
            return Translate(await check.CheckHealthAsync(new() { Registration = registration }, cancellationToken));
        }
        finally
        {
            // Made by us, so disposed by us; what came from the container is disposed with the scope, and twice does no harm.
            if (check is IAsyncDisposable later) await later.DisposeAsync();
            else (check as IDisposable)?.Dispose();
        }
    };

    /// <summary>A registered check is never disposed: its factory may give the same one each time, and the platform does not either.</summary>
    public static NodeCheck From(HealthCheckRegistration registration) => async (node, cancellationToken) =>
        Translate(await registration.Factory(node.Services).CheckHealthAsync(new() { Registration = registration }, cancellationToken));

    private static CheckResult Translate(HealthCheckResult result) => result.Status switch
    {
        HealthStatus.Healthy => CheckResult.Healthy,
        HealthStatus.Degraded => CheckResult.Degraded(Words(result)),
        _ => CheckResult.Failed(Words(result), result.Exception is { } exception ? CheckFault.Signature(exception) : null),
    };

    private static string Words(HealthCheckResult result)
    {
        if (!string.IsNullOrWhiteSpace(result.Description)) return result.Description;
        return result.Exception is { } exception ? CheckFault.Describe(exception) : $"the health check answered {result.Status}";
    }
}

/// <summary>A health check that cannot be constructed: a fault of the check, never of what it asks.</summary>
internal sealed class CheckConstructionException(Exception inner) : Exception($"the check cannot be made: {CheckFault.Describe(inner)}", inner);
