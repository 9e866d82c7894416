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

    private static ReadinessGraphBuilder? Declared(IServiceCollection services) => services
        .FirstOrDefault(service => service.ServiceType == typeof(ReadinessGraphBuilder))?.ImplementationInstance as ReadinessGraphBuilder;

    private static ReadinessGraphBuilder AddOnce(IServiceCollection services)
    {
        var graph = new ReadinessGraphBuilder();
        services.AddLogging();
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(graph);
        services.AddSingleton<ReadinessGraph>(Build);
        services.AddSingleton<ProcessWatch>();
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
