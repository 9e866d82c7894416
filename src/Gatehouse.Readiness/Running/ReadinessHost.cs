using Microsoft.Extensions.Hosting;

namespace Gatehouse.Readiness;

/// <summary>
/// Starts the graph when the host has started, which is when the server listens, and never holds up that start. The
/// supervisor beats once a second and looks for monitors that have fallen silent.
/// </summary>
internal sealed class ReadinessHost : IHostedService, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private readonly ReadinessGraph _graph;
    private readonly ProcessWatch _watch;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly CancellationTokenSource _stop = new();
    private Task _supervisor = Task.CompletedTask;

    public ReadinessHost(ReadinessGraph graph, ProcessWatch watch, ReadinessMetrics metrics, IHostApplicationLifetime lifetime)
    {
        _ = metrics; // its instruments live as long as it does
        (_graph, _watch, _lifetime) = (graph, watch, lifetime);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch.Start();
        _lifetime.ApplicationStarted.Register(_graph.Engine.Start);
        _lifetime.ApplicationStopping.Register(() => _graph.Withdraw("the process is stopping"));
        _supervisor = Task.Run(() => SuperviseAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _supervisor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _graph.Engine.StopAsync(cancellationToken);
        _watch.Stop();
    }

    public void Dispose() => _stop.Dispose();

    private async Task SuperviseAsync(CancellationToken stop)
    {
        // Real time on purpose: the beat tells whether the real process is alive, also when the graph's clock is simulated.
        using var beat = new PeriodicTimer(Beat, TimeProvider.System);
        do
        {
            _watch.Pulse.Heartbeat();
            _graph.Engine.SweepSilent();
        }
        while (await beat.WaitForNextTickAsync(stop));
    }
}
