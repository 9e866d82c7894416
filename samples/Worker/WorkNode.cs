using Gatehouse.Readiness;

namespace Worker;

/// <summary>
/// The work itself, as a node: it begins when everything before it is ready, a fault begins it anew, and it ends before anything
/// that it needs is closed.
/// </summary>
internal static class WorkNode
{
    public static Task<CheckResult> WorksAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var fault = node.Services.GetRequiredService<JobLoop>().EnsureRunning();
        return Task.FromResult(fault is null
            ? CheckResult.Healthy
            : CheckResult.Failed($"the work stopped and begins anew: {fault.GetType().Name}", fault.GetType().Name));
    }

    public static async Task StopAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var jobs = node.Services.GetRequiredService<JobLoop>();
        await jobs.EndAsync().WaitAsync(cancellationToken);
        node.Services.GetRequiredService<ILogger<JobLoop>>().LogInformation("The work has ended, {Done} jobs done", jobs.Done);
    }
}
