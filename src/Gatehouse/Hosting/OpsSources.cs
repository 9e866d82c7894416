using Gatehouse.Operations;
using Gatehouse.Operations.Why;
using Gatehouse.Readiness;
using Gatehouse.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Hosting;

/// <summary>Where the ops agent's facts come from: the graph, and the owners of this instance.</summary>
internal static class OpsSources
{
    public static OpsFacts Create(IServiceProvider services)
    {
        var clock = services.GetRequiredService<TimeProvider>();
        var readiness = services.GetRequiredService<ReadinessGraph>();
        return new(services.GetRequiredService<GatehouseMetrics>(), clock)
        {
            Startup = () => Startup(readiness),
            Nodes = () => Nodes(readiness.Current, clock),
            Why = async stop => (await services.GetRequiredService<Diagnostician>().ExplainAsync(stop)).Report,
            Runs = () => services.GetRequiredService<ThreadOwners>().Runs(),
        };
    }

    /// <summary>Maps <c>/api/startup</c>: the timeline with the critical path.</summary>
    public static void MapGatehouseStartup(this IEndpointRouteBuilder endpoints)
    {
        var readiness = endpoints.ServiceProvider.GetRequiredService<ReadinessGraph>();
        endpoints.MapGet("/api/startup", context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(readiness.Timeline().ToJson(), context.RequestAborted).AsTask();
        });
    }

    private static StartupTimeline Startup(ReadinessGraph readiness)
    {
        var timeline = readiness.Timeline();
        var snapshot = readiness.Current;
        return new(
            readiness.IsStarted, (timeline.Total ?? timeline.Elapsed).TotalMilliseconds,
            [.. timeline.Nodes.Select(node => new NodeTiming(
                node.Name, snapshot.Find(node.Name)?.State.ToText() ?? "unknown", [.. node.After],
                node.Launched?.TotalMilliseconds ?? 0,
                node.Attempts.Sum(attempt => (attempt.End - attempt.Start).TotalMilliseconds),
                node.Stabilising is { } since && node.Ready is { } ready ? (ready - since).TotalMilliseconds : 0, node.AttemptCount))],
            timeline.CriticalPath);
    }

    private static NodeFacts Nodes(ReadinessSnapshot snapshot, TimeProvider clock) => new(snapshot.IsReady,
        [.. snapshot.Nodes.Select(node => new NodeFact(
            node.Name, node.State.ToText(), Math.Round((clock.GetUtcNow() - node.Since).TotalSeconds, 1), node.WaitingOn, node.Failures, node.Reason))]);
}
