using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness;

/// <summary>Maps the probes of an app that serves HTTP anyway.</summary>
public static class ReadinessEndpoints
{
    /// <summary>
    /// Maps <c>GET /startup</c>, <c>/ready</c> and <c>/health</c>. They answer from memory, need no authorisation, and are
    /// left out of the HTTP metrics.
    /// </summary>
    /// <exception cref="InvalidOperationException">No graph was declared.</exception>
    public static IEndpointConventionBuilder MapReadiness(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var probes = endpoints.ServiceProvider.GetRequiredService<Probes>();
        var group = endpoints.MapGroup("");
        group.MapGet("/startup", context => probes.Startup.WriteAsync(context));
        group.MapGet("/ready", context => probes.Ready.WriteAsync(context));
        group.MapGet("/health", context => probes.Health.WriteAsync(context));
        return group.DisableHttpMetrics().AllowAnonymous();
    }
}
