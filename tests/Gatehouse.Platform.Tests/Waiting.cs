using Gatehouse.Readiness;

// These tests wait for servers and processes, and hardly compute.
[assembly: CollectionBehavior(MaxParallelThreads = -1)]

namespace Gatehouse.Platform;

/// <summary>The bound on every wait of these tests, and the wait for a node of a graph.</summary>
internal static class Waiting
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<NodeSnapshot> UntilAsync(this ReadinessGraph graph, string node, Func<NodeSnapshot, bool> holds)
    {
        using var giveUp = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var snapshot in graph.WatchAsync(giveUp.Token))
                if (snapshot.Find(node) is { } found && holds(found)) return found;
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            // Said below, with what it is instead.
        }
        throw new TimeoutException($"Node '{node}' never got there; it is {graph.Current.Find(node)}");
    }
}
