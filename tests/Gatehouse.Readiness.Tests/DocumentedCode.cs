using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Readiness.Tests;

/// <summary>The code of the documents, which so at least compiles. DocumentationTests holds it against them, line by line.</summary>
internal static class DocumentedCode
{
    public static void Web(WebApplicationBuilder builder, ConnectionEvents redisEvents)
    {
        builder.Services.AddReadiness(graph => graph
            .Node("database", check: Connects)
            .Node("schema", check: SchemaMatches, after: ["database"], retry: Retry.Every(TimeSpan.FromMilliseconds(500)))
            .Node("redis", check: RoundTrips, stable: Stability.Unbroken(TimeSpan.FromSeconds(3), events: redisEvents))
            .Node("queue", check: Joins, after: ["schema", Edge.Soft("redis")], stop: Leaves));

        var app = builder.Build();
        app.MapReadiness();

        static async Task<CheckResult> Connects(NodeContext node, CancellationToken cancellationToken)
        {
            await using var connection = await node.Services.GetRequiredService<DbDataSource>().OpenConnectionAsync(cancellationToken);
            return CheckResult.Healthy;
        }
    }

    public static void Worker(WebApplicationBuilder builder) =>
        builder.Services.AddReadinessProbes(port: 8081);

    public static void HealthChecks(WebApplicationBuilder builder)
    {
        builder.Services.AddHealthChecks().AddCheck<DiskHealthCheck>("disk");
        builder.Services.AddReadiness(graph => graph.HealthChecks());
    }

    public static void Nodes(IServiceCollection services) =>
        services.AddReadiness(graph => graph
            .Node("database", check: Connects, stop: Closes)
            .Node("cache", check: RoundTrips, stable: Stability.Unbroken(), policy: new() { Required = false })
            .Node("worker", check: TakesWork, after: ["database", Edge.Soft("cache")]));

    private static NodeCheck Connects => Checks.Healthy;

    private static NodeCheck SchemaMatches => Checks.Healthy;

    private static NodeCheck RoundTrips => Checks.Healthy;

    private static NodeCheck Joins => Checks.Healthy;

    private static NodeCheck TakesWork => Checks.Healthy;

    private static NodeStop Leaves => (_, _) => Task.CompletedTask;

    private static NodeStop Closes => (_, _) => Task.CompletedTask;

    private sealed class DiskHealthCheck : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }
}
