using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness;

/// <summary>
/// Undoes a start, whole or half, in reverse order: a node is settled when every node that comes after it is, so independent
/// nodes are stopped in parallel and the total is the longest path of stops.
/// <list type="number">
/// <item>Wait until all children are settled.</item>
/// <item>Wait, not for long, until the node's loop and its cancelled check have ended.</item>
/// <item>If a check of the node had begun, run its stop against its timeout. Whatever comes of it is noted, and holds up nobody.</item>
/// </list>
/// What the host's shutdown time does not suffice for is not begun, and its name is logged.
/// </summary>
internal sealed class OrderedStop(GraphEngine engine, IReadOnlyList<GraphNode> nodes, IServiceProvider services, TimeProvider clock)
{
    // A check that heeds its token needs a moment to end; one that does not is given no more than this.
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource[] _settled = [.. nodes.Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))];
    private readonly bool _undoes = nodes.Any(node => node.Definition.Stop is not null);

    /// <summary>Settles every node. Never throws.</summary>
    /// <param name="hurry">Cancelled when the host's shutdown time is used up.</param>
    public Task RunAsync(CancellationToken hurry) => Task.WhenAll(nodes.Select(node => SettleAsync(node, hurry)));

    private async Task SettleAsync(GraphNode node, CancellationToken hurry)
    {
        foreach (var edge in node.Children) await _settled[edge.Child.Index].Task;     // 1
        if (node.Loop is { } loop)
        {
            await FarewellTo(loop.Pump, hurry);                                         // 2
            if (_undoes) await FarewellTo(loop.LeftAtStop, hurry);
            await StopAsync(node, loop, hurry);                                         // 3
        }
        _settled[node.Index].SetResult();
    }

    private Task FarewellTo(Task task, CancellationToken hurry) =>
        task.IsCompleted ? Task.CompletedTask : YieldAfterAsync(task.WaitAsync(Farewell, clock, hurry));

    private static async Task YieldAfterAsync(Task wait)
    {
        await wait.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Yield(); // leave the thread of whoever moved the clock: it may hold a lock
    }

    private async Task StopAsync(GraphNode node, NodeLoop loop, CancellationToken hurry)
    {
        if (!node.HasBegun) return;
        if (node.Definition.Stop is not { } stop)
        {
            engine.Settle(node, startedAt: null, fault: null);
            return;
        }
        if (hurry.IsCancellationRequested)
        {
            engine.Settle(node, startedAt: null, "not stopped: the host's shutdown time was used up");
            return;
        }
        var startedAt = clock.GetTimestamp();
        var limit = node.Definition.Policy.StopTimeout;
        var race = await Race.RunAsync(token => GuardedAsync(stop, loop, token), limit, clock, hurry);
        engine.Settle(node, startedAt, race.HasEnded ? race.Result
            : hurry.IsCancellationRequested ? "the stop was left behind: the host's shutdown time was used up"
            : FormattableString.Invariant($"the stop was left behind: it did not end within {limit.TotalSeconds:0.###} s"));
    }

    private async Task<string?> GuardedAsync(NodeStop stop, NodeLoop loop, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = services.CreateAsyncScope();
            await stop(loop.ContextFor(scope.ServiceProvider), cancellationToken);
            return null;
        }
        catch (Exception exception)
        {
            return $"the stop failed: {CheckFault.Describe(exception)}";
        }
    }
}
