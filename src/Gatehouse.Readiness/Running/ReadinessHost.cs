using Microsoft.Extensions.Hosting;

namespace Gatehouse.Readiness;

/// <summary>
/// Joins the graph to the host's life. The supervisor beats once a second and looks for monitors that have fallen silent.
/// <list type="number">
/// <item>Started: the graph starts when every hosted service has, which is when the server listens, and holds up nobody.</item>
/// <item>Stopping: readiness is withdrawn at once; the monitors go on while the listener drains.</item>
/// <item>Stop: checking ends.</item>
/// <item>Stopped: the listener is closed and every hosted service has stopped, whatever the order of their registration; nobody
/// uses the nodes any more, so this is when they are undone.</item>
/// </list>
/// </summary>
internal sealed class ReadinessHost : IHostedLifecycleService, IDisposable
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

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _watch.Start();
        _lifetime.ApplicationStarted.Register(_graph.Engine.Start);
        _lifetime.ApplicationStopping.Register(() => _graph.Withdraw("The process is stopping."));
        _supervisor = Task.Run(() => SuperviseAsync(_stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => _graph.Engine.EndAsync();

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        await _graph.Engine.StopAsync(cancellationToken);
        await _stop.CancelAsync();
        await _supervisor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
