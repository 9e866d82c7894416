using Gatehouse.Readiness;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// A node <c>billing</c> on which nothing depends. <c>Billing:Monitor</c> says what is wrong with it: <c>throws</c> (well once, then its
/// monitor throws), <c>hangs</c> (well once, then its check neither ends nor heeds its cancellation), <c>unmade</c> (its check cannot be
/// constructed; it is required, so that the server does not become ready).
/// </summary>
internal static class IllMonitor
{
    private static readonly NodePolicy Policy = new() { Required = false, Timeout = TimeSpan.FromMilliseconds(200), Pace = TimeSpan.FromMilliseconds(50) };

    public static void AddIllMonitor(this IHostApplicationBuilder builder)
    {
        if (builder.Configuration["Billing:Monitor"] is not { } illness) return;
        builder.Services.AddReadiness(graph => _ = illness switch
        {
            "throws" => graph.Node("billing", Later(static () => throw new InvalidOperationException("The callback had no invoice.")), policy: Policy),
            "hangs" => graph.Node("billing", Later(static () => Task.Delay(Timeout.Infinite)), policy: Policy),
            "unmade" => graph.HealthCheck("billing", static _ => new Unmade(), policy: Policy with { Required = true }),
            _ => throw new ArgumentException($"Billing:Monitor is {illness}; it can be throws, hangs or unmade."),
        });
    }

    private static NodeCheck Later(Func<Task> ill) => async (node, _) =>
    {
        if (node.IsMonitoring) await ill();
        return CheckResult.Healthy;
    };

    private sealed class Unmade : IHealthCheck
    {
        public Unmade() => throw new InvalidOperationException("There is no account.");

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(HealthCheckResult.Healthy());
    }
}
