using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Readiness.Tests;

/// <summary>
/// A graph on a simulated clock without a host. Waits are for signals of the graph; the only real time is the limit after
/// which a test that hangs gives up.
/// </summary>
internal sealed class GraphHarness : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServiceProvider _services;

    /// <param name="declare">Declares the nodes.</param>
    /// <param name="logger">Where the graph writes.</param>
    /// <param name="first">Registers what the declaration needs.</param>
    /// <param name="clock">The clock, if the test needs one of its own.</param>
    /// <param name="random">Spreads the rests, from 0 to 1; by default it leaves each as it is, for a test to step exactly to its end.</param>
    public GraphHarness(
        Action<ReadinessGraphBuilder> declare,
        ILogger? logger = null,
        Action<IServiceCollection>? first = null,
        FakeTimeProvider? clock = null,
        Func<double>? random = null)
    {
        Clock = clock ?? new(DateTimeOffset.UnixEpoch);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        first?.Invoke(services);
        services.AddReadiness(declare);
        _services = services.BuildServiceProvider();
        var nodes = _services.GetRequiredService<ReadinessGraphBuilder>().Nodes;
        Graph = new(new(nodes, _services, Clock, random ?? (() => 0.5), logger ?? NullLogger.Instance));
    }

    public FakeTimeProvider Clock { get; }

    public ReadinessGraph Graph { get; }

    public NodeSnapshot this[string node] => Graph.Current.Find(node)!;

    public GraphHarness Start()
    {
        Graph.Engine.Start();
        return this;
    }

    public async Task<NodeSnapshot> UntilAsync(string node, Func<NodeSnapshot, bool> holds)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var snapshot in Graph.WatchAsync(giveUp.Token))
                if (snapshot.Find(node) is { } found && holds(found)) return found;
        }
        catch (OperationCanceledException)
        {
            // Said below, with where the node is.
        }
        throw new TimeoutException($"Node '{node}' never got there; it is {this[node]}");
    }

    public Task<NodeSnapshot> UntilAsync(string node, NodeState state) => UntilAsync(node, found => found.State == state);

    /// <summary>Lets so much time pass, and waits until the node has answered for it with another verdict.</summary>
    public async Task<NodeSnapshot> StepAsync(string node, TimeSpan time)
    {
        var runs = this[node].Runs;
        Clock.Advance(time);
        return await UntilAsync(node, found => found.Runs > runs);
    }

    /// <summary>Lets time pass until the task has ended, because it may wait for what will never answer.</summary>
    public async Task PassTimeUntilAsync(Task task)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        while (!task.IsCompleted)
        {
            giveUp.Token.ThrowIfCancellationRequested();
            Clock.Advance(TimeSpan.FromMilliseconds(500));
            await Task.WhenAny(task, Task.Delay(1));
            // Whom the last step has woken gets a turn before the next one, however busy the machine is: the pool's own queue is a fair one.
            for (var turn = 0; turn < 4; turn++)
                await Task.Factory.StartNew(static () => { }, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default);
        }
        await task;
    }

    public Task StopAsync() => PassTimeUntilAsync(Graph.Engine.StopAsync(CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _services.DisposeAsync();
    }
}
