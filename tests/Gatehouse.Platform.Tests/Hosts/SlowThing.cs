using Gatehouse.Readiness;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Platform.Hosts;

/// <summary>
/// Something that takes as long as the test wants and does not heed its token: as a service that starts, as a health check, and as the
/// check of a node.
/// </summary>
internal sealed class SlowThing : IHostedService, IHealthCheck
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new(); // guards _copies, MostAtOnce
    private int _copies;

    /// <summary>Ends when it is begun for the first time.</summary>
    public Task Entered => _entered.Task.WaitAsync(Waiting.Patience);

    /// <summary>Ends when it is told, for the first time, that its time is over.</summary>
    public Task Cancelled => _cancelled.Task.WaitAsync(Waiting.Patience);

    public bool HasEnded => _end.Task.IsCompleted;

    /// <summary>The most copies that have run side by side.</summary>
    public int MostAtOnce { get; private set; }

    public void End() => _end.TrySetResult();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        lock (_gate) MostAtOnce = Math.Max(MostAtOnce, ++_copies);
        await using var registration = cancellationToken.Register(() => _cancelled.TrySetResult());
        _entered.TrySetResult();
        await _end.Task;
        lock (_gate) _copies--;
    }

    public async Task<CheckResult> CheckAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await RunAsync(cancellationToken);
        return CheckResult.Healthy;
    }

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await RunAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }

    public Task StartAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
