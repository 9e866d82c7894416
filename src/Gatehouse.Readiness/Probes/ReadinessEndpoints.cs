using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness;

/// <summary>Maps the probes.</summary>
public static class ReadinessEndpoints
{
    private static readonly ProbeAnswer Healthy = ProbeAnswers.Health(null);

    /// <summary>
    /// Maps <c>GET /startup</c>, <c>/ready</c> and <c>/health</c>. They answer from memory, need no authorisation, and are
    /// left out of the HTTP metrics.
    /// </summary>
    /// <exception cref="InvalidOperationException">No graph was declared.</exception>
    public static IEndpointConventionBuilder MapReadiness(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var graph = endpoints.ServiceProvider.GetRequiredService<ReadinessGraph>();
        var watch = endpoints.ServiceProvider.GetRequiredService<ProcessWatch>();
        var startup = new ProbeCache<ReadinessSnapshot>(ProbeAnswers.Startup);
        var ready = new ProbeCache<ReadinessSnapshot>(ProbeAnswers.Ready);

        var probes = endpoints.MapGroup("");
        probes.MapGet("/startup", context => WriteAsync(context, startup.For(graph.Current)));
        probes.MapGet("/ready", context => WriteAsync(context, ready.For(graph.Current)));
        probes.MapGet("/health", context => WriteAsync(context, watch.Broken is { } broken ? ProbeAnswers.Health(broken) : Healthy));
        return probes.DisableHttpMetrics().AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, ProbeAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(answer.Body, 0, answer.Body.Length, context.RequestAborted);
    }
}
