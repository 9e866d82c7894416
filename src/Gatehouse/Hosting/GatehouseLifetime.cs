using Gatehouse.Chat;
using Gatehouse.Operations.Status;
using Gatehouse.Readiness;
using Gatehouse.Runs;
using Gatehouse.Store;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Hosting;

/// <summary>
/// What the backend does when the host starts and stops: as soon as the store can be used, the runs that an earlier process
/// left open go on; at the end the door is closed first, then the connections, then the owners.
/// </summary>
internal sealed partial class GatehouseLifetime(
    ReadinessGraph readiness, ThreadOwners owners, Leases leases, IStore store, Drain drain, LiveViews views, GatehouseOptions options, TimeProvider clock,
    ILogger<GatehouseLifetime> logger)
    : BackgroundService, IHostedLifecycleService
{
    private static readonly TimeSpan RecoveryRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SelfTestsLast = TimeSpan.FromMinutes(10);      // far longer than the longest that is under way

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var snapshot in readiness.WatchAsync(stoppingToken))
                if (snapshot.Find("schema") is { IsUp: true }) break;
            var leasing = Task.CompletedTask;
            if (options.IsDistributed) leasing = leases.RunAsync(stoppingToken);
            else await RecoverAsync(stoppingToken);
            await readiness.WhenStartedAsync(stoppingToken);
            LogReady(readiness.Timeline().Total?.TotalMilliseconds ?? 0);
            await TidyAsync(stoppingToken);
            await leasing;
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStoppedEarly();
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await drain.RunAsync("The process is stopping.");
        await views.EndAsync();         // to the end of the drain there is something to see
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        while (true)
            try
            {
                await owners.TakeOverAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogRecoveryFailed(exception);
                await Task.Delay(RecoveryRetry, clock, cancellationToken);
            }
    }

    // What a crash has left in the middle of a self-test does no harm, and need not go today.
    private async Task TidyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.RemoveSelfTestsAsync(SelfTest.Prefix, clock.GetUtcNow() - SelfTestsLast, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogNotTidied(exception.Message);
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Ready after {Milliseconds:0} ms: the server has had a chat with itself")]
    private partial void LogReady(double milliseconds);

    [LoggerMessage(1002, LogLevel.Information, "Stopped before it was ready")]
    private partial void LogStoppedEarly();

    [LoggerMessage(1003, LogLevel.Error, "The runs that an earlier process left open could not be taken over; trying again")]
    private partial void LogRecoveryFailed(Exception exception);

    [LoggerMessage(1004, LogLevel.Information, "What earlier processes have left of their self-tests could not be removed, and stays until the next start: {Why}")]
    private partial void LogNotTidied(string why);
}
