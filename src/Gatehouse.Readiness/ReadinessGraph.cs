namespace Gatehouse.Readiness;

/// <summary>
/// The running graph, one a process: ask it whether the process is ready, wait for that, and watch it change. Every member
/// is safe from any thread; reading <see cref="Current"/> takes one reference and no lock.
/// </summary>
public sealed class ReadinessGraph
{
    internal ReadinessGraph(GraphEngine engine) => Engine = engine;

    internal GraphEngine Engine { get; }

    /// <summary>The graph at this moment.</summary>
    public ReadinessSnapshot Current => Engine.Board.Current;

    /// <summary>True while the process can do its job. It rises and falls.</summary>
    public bool IsReady => Current.IsReady;

    /// <summary>True once every required node has been up at the same time, and then for life.</summary>
    public bool IsStarted => Current.IsStarted;

    /// <summary>Ends as soon as the process is ready; at once if it is. Readiness may have fallen again by the time the caller goes on.</summary>
    public Task WhenReadyAsync(CancellationToken cancellationToken = default) => Engine.Board.WhenReadyAsync(cancellationToken);

    /// <summary>Ends when the graph has finished for the first time.</summary>
    public Task WhenStartedAsync(CancellationToken cancellationToken = default) => Engine.Board.WhenStartedAsync(cancellationToken);

    /// <summary>
    /// The current snapshot, then each newer one. A reader that is slower than the graph skips to the latest. Ends only by
    /// cancellation.
    /// </summary>
    public IAsyncEnumerable<ReadinessSnapshot> WatchAsync(CancellationToken cancellationToken = default) =>
        Engine.Board.WatchAsync(cancellationToken);

    /// <summary>How the graph came up, or how far it is.</summary>
    public Timeline Timeline() => Engine.Timeline();

    /// <summary>The latest changes of a node, oldest first: at least the last quarter of an hour, unless it changed more than 512 times.</summary>
    /// <exception cref="ArgumentException">No node has that name.</exception>
    public IReadOnlyList<NodeEvent> History(string node) => Engine.History(node);

    /// <summary>Has a node checked now instead of at its pace: somebody has reason to suspect it, or to think it mended.</summary>
    /// <exception cref="ArgumentException">No node has that name.</exception>
    public void CheckNow(string node) => Engine.Wake(node);

    /// <summary>Makes the process not ready for good, whatever its nodes say: it is draining.</summary>
    public void Withdraw(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        Engine.Withdraw(reason);
    }
}
