using System.Diagnostics;
using Gatehouse.Readiness;
using Microsoft.Extensions.Hosting.Internal;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// One graph on the real clock, by what the library offers to everybody, and no more of a host than the signal that it has started. Nobody
/// reads the log, so that none is written.
/// </summary>
internal sealed class GraphRun : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly ApplicationLifetime _host;
    private readonly IHostedService[] _hosted;

    private GraphRun(IServiceCollection services)
    {
        services.AddSingleton<ApplicationLifetime>();
        services.AddSingleton<IHostApplicationLifetime>(static provider => provider.GetRequiredService<ApplicationLifetime>());
        _services = services.BuildServiceProvider();
        _host = _services.GetRequiredService<ApplicationLifetime>();
        _hosted = [.. _services.GetServices<IHostedService>()];
        Graph = _services.GetRequiredService<ReadinessGraph>();
    }

    public ReadinessGraph Graph { get; }

    public IServiceProvider Services => _services;

    /// <summary>Prepares everything up to the moment at which the graph may start.</summary>
    public static async Task<GraphRun> PrepareAsync(Action<ReadinessGraphBuilder> declare, Action<IServiceCollection>? and = null)
    {
        var services = new ServiceCollection();
        and?.Invoke(services);
        services.AddReadiness(graph =>
        {
            graph.ProbeBudget(TimeSpan.FromDays(1));    // these graphs are deeper than any platform would wait for
            declare(graph);
        });
        var run = new GraphRun(services);
        foreach (var hosted in run._hosted) await hosted.StartAsync(CancellationToken.None);
        return run;
    }

    /// <summary>Starts the graph on this thread.</summary>
    /// <returns>The timestamp just before.</returns>
    public long Start()
    {
        var at = Stopwatch.GetTimestamp();
        _host.NotifyStarted();
        return at;
    }

    public async Task FinishAsync()
    {
        Start();
        await Graph.WhenStartedAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var hosted in _hosted) await hosted.StopAsync(CancellationToken.None);
        foreach (var hosted in _hosted)
            if (hosted is IHostedLifecycleService whole) await whole.StoppedAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }
}
