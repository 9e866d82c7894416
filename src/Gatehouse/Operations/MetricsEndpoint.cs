using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gatehouse.Operations;

/// <summary>The metrics as a service and <c>/metrics</c>, in Prometheus' text format.</summary>
public static class MetricsEndpoint
{
    /// <summary>Registers <see cref="GatehouseMetrics"/>. A host with an exporter of its own adds its meter there and needs no more.</summary>
    public static IServiceCollection AddGatehouseMetrics(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton<GatehouseMetrics>();
        services.TryAddSingleton(static _ => Instance.Current(null));
        services.TryAddSingleton(static _ => new OtlpSettings(Metrics: false, Traces: false, new ConfigurationManager()));
        services.TryAddSingleton<Telemetry>();
        services.AddHostedService<TelemetryListener>();
        return services;
    }

    /// <summary>Maps <paramref name="path"/>, left out of the HTTP metrics. Nothing is built before the first scrape or the server's start.</summary>
    public static IEndpointConventionBuilder MapGatehouseMetrics(this IEndpointRouteBuilder endpoints, string path = "/metrics")
    {
        _ = endpoints.ServiceProvider.GetRequiredService<GatehouseMetrics>(); // so that every series is there, though nothing has happened
        var telemetry = endpoints.ServiceProvider.GetRequiredService<Telemetry>();
        var pipeline = new Lazy<RequestDelegate>(() => telemetry.Scrape(endpoints.CreateApplicationBuilder()));
        return endpoints.MapGet(path, context => pipeline.Value(context)).DisableHttpMetrics();
    }
}
