using Gatehouse.Readiness;

namespace Gatehouse.Platform.Host;

/// <summary>Ours for traps 7 and 8: the same work as the check of a node, a round a run.</summary>
internal static class SupervisedWork
{
    public static readonly NodePolicy AtOnce = new() { Pace = BuggyWork.Rest, FallAfter = 1, RiseAfter = 1 };

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.Services.AddReadiness(graph => graph.Node("work", DoRoundAsync, policy: AtOnce));
        var app = builder.Build();
        app.MapReadiness();
        app.MapGet("/work", (BuggyWork work, ReadinessGraph graph) => new { work.Rounds, graph.Current.Find("work")!.Restarts });
        return app;
    }

    public static Task<CheckResult> DoRoundAsync(NodeContext node, CancellationToken cancellationToken)
    {
        node.Services.GetRequiredService<BuggyWork>().DoRound();
        return Task.FromResult(CheckResult.Healthy);
    }
}
