using Microsoft.Extensions.Hosting;

namespace Gatehouse.Readiness;

/// <summary>
/// Starts the graph when the host has started, which is when the server listens, and never holds up that start. The
/// supervisor beats once a second and looks for monitors that have fallen silent.
/// </summary>
internal sealed class ReadinessHost(ReadinessGraph graph, ProcessWatch watch, IHostApplicationLifetime lifetime, TimeProvider clock)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private Task _supervisor = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        watch.Start();
        lifetime.ApplicationStarted.Register(graph.Engine.Start);
        lifetime.ApplicationStopping.Register(() => graph.Withdraw("the process is stopping"));
        _supervisor = Task.Run(() => SuperviseAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _supervisor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await graph.Engine.StopAsync(cancellationToken);
        watch.Stop();
    }

    public void Dispose() => _stop.Dispose();

    private async Task SuperviseAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(Beat, clock);
        do
        {
            watch.Pulse.Heartbeat();
            graph.Engine.SweepSilent();
        }
        while (await beat.WaitForNextTickAsync(stop));
    }
}
