using Microsoft.Extensions.Hosting;

namespace Gatehouse.Operations;

/// <summary>
/// Starts to listen once the server listens, beside it: the histograms then miss nothing that a user does, and the start pays nothing.
/// </summary>
internal sealed class MetricsListener(PrometheusScrape scrape, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var _ = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        scrape.Listen();
    }
}
