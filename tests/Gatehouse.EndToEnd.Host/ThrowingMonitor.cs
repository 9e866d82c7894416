using Gatehouse.Readiness;

namespace Gatehouse.EndToEnd.Host;

/// <summary>A node <c>billing</c> that is well once, and whose monitor throws from then on. Nothing depends on it. <c>Billing:Throws</c> asks for it.</summary>
internal static class ThrowingMonitor
{
    public static void AddThrowingMonitor(this IHostApplicationBuilder builder)
    {
        if (!builder.Configuration.GetValue<bool>("Billing:Throws")) return;
        builder.Services.AddReadiness(static graph => graph.Node(
            "billing",
            static (node, _) => node.IsMonitoring ? throw new InvalidOperationException("The callback had no invoice.") : Task.FromResult(CheckResult.Healthy),
            policy: new() { Required = false, Pace = TimeSpan.FromMilliseconds(50) }));
    }
}
