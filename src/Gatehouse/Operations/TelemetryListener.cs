using Gatehouse.Readiness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Operations;

/// <summary>
/// Starts to listen once the server listens, beside it: the histograms then miss nothing that a user does, and the start pays nothing.
/// The spans of a start that was quicker than that are emitted afterwards.
/// </summary>
internal sealed class TelemetryListener(Telemetry telemetry, IServiceProvider services, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        telemetry.Listen();
        services.GetService<ReadinessGraph>()?.Engine.EmitMissedSpans();
    }
}
