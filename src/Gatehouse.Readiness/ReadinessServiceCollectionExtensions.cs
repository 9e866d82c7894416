using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Readiness;

/// <summary>Adds the graph to a host.</summary>
public static class ReadinessServiceCollectionExtensions
{
    /// <summary>
    /// Declares nodes and has them run beside the host. May be called again, by a library and then by its user: nodes add up,
    /// and later ones may come after earlier ones. Register a <see cref="TimeProvider"/> to simulate time.
    /// </summary>
    /// <exception cref="ReadinessException">The graph can never work; the message names the path.</exception>
    public static IServiceCollection AddReadiness(this IServiceCollection services, Action<ReadinessGraphBuilder> declare)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(declare);
        var graph = Declared(services) ?? AddOnce(services);
        declare(graph);
        GraphValidation.Validate(graph.Nodes, graph.Budget);
        return services;
    }

    /// <summary>
    /// Serves <c>GET /startup</c>, <c>/ready</c> and <c>/health</c> on a port of their own, for a worker that serves no HTTP.
    /// An ASP.NET Core app uses <see cref="ReadinessEndpoints.MapReadiness"/> instead. The probes answer from before the first
    /// hosted service starts until after the last one has stopped.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="port">The TCP port, 0 to 65535; 0 takes a free one, which the log tells. A port that is taken fails the start.</param>
    /// <param name="address">Where to listen. Default: every address, since a platform probes from outside.</param>
    /// <exception cref="ArgumentOutOfRangeException">The port is not a port.</exception>
    public static IServiceCollection AddReadinessProbes(this IServiceCollection services, int port, IPAddress? address = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is a number from 0 to 65535.");
        var endpoint = new IPEndPoint(address ?? IPAddress.IPv6Any, port);
        return services.AddSingleton<IHostedService>(provider => new ProbeListener(
            provider.GetService<Probes>() ?? throw new InvalidOperationException(
                "The probes have no graph to answer from: declare one with services.AddReadiness(...)."),
            endpoint, provider, provider.GetRequiredService<ILoggerFactory>()));
    }

    private static ReadinessGraphBuilder? Declared(IServiceCollection services) => services
        .FirstOrDefault(service => service.ServiceType == typeof(ReadinessGraphBuilder))?.ImplementationInstance as ReadinessGraphBuilder;

    private static ReadinessGraphBuilder AddOnce(IServiceCollection services)
    {
        var graph = new ReadinessGraphBuilder(services);
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(graph);
        services.AddSingleton<ReadinessGraph>(Build);
        services.AddSingleton<ProcessWatch>();
        services.AddSingleton<Probes>();
        services.AddSingleton<ReadinessMetrics>();
        services.AddSingleton<IHostedService, ReadinessHost>();
        return graph;
    }

    private static ReadinessGraph Build(IServiceProvider services) => new(new(
        services.GetRequiredService<ReadinessGraphBuilder>().Nodes,
        services,
        services.GetRequiredService<TimeProvider>(),
        Random.Shared.NextDouble,
        services.GetRequiredService<ILoggerFactory>().CreateLogger("Gatehouse.Readiness")));
}
