using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace Gatehouse.Readiness;

/// <summary>
/// Holds the current snapshot and wakes those who wait for it. Writers hold <see cref="Gate"/>; readers take one volatile
/// reference and never a lock. Continuations of waiters never run under the gate.
/// </summary>
internal sealed class SnapshotBoard
{
    private ReadinessSnapshot _current;
    private TaskCompletionSource _ready = New();
    private readonly TaskCompletionSource _started = New();
    private TaskCompletionSource? _change;  // made only when somebody watches
    private int _down;                      // required nodes that are not up
    private int _refusing;                  // of those, the ones without which nothing is served after the start

    public SnapshotBoard(IReadOnlyList<GraphNode> nodes, IReadOnlySet<string> required, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        var first = nodes.Select(node => new NodeSnapshot
        {
            Name = node.Definition.Name,
            After = node.Definition.After,
            IsRequired = required.Contains(node.Definition.Name),
            WhenDown = node.Definition.Policy.WhenDown,
            Since = now,
        }).ToImmutableArray();
        _current = new() { Version = 0, At = now, Nodes = first };
        _down = first.Count(node => node.IsRequired);
        _refusing = first.Count(Refuses);
    }

    public Lock Gate { get; } = new();

    public ReadinessSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Puts the changed nodes on the board, all in one step.</summary>
    public void PublishLocked(DateTimeOffset now, params ReadOnlySpan<(int Index, NodeSnapshot Node)> changes)
    {
        var before = _current;
        var nodes = before.Pages.With(changes);
        foreach (var (index, node) in changes)
        {
            Count(before.Pages[index], -1);
            Count(node, +1);
        }
        SwapLocked(now, nodes, before.Withdrawn);
    }

    public void WithdrawLocked(DateTimeOffset now, string reason) => SwapLocked(now, _current.Pages, reason);

    public async Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        while (!Current.IsReady)
        {
            Task ready;
            lock (Gate) ready = _ready.Task;
            await ready.WaitAsync(cancellationToken);
        }
    }

    public Task WhenStartedAsync(CancellationToken cancellationToken) => _started.Task.WaitAsync(cancellationToken);

    public async IAsyncEnumerable<ReadinessSnapshot> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? seen = null; ;)
        {
            Task? change = null;
            lock (Gate)
                if (_current.Version == seen) change = (_change ??= New()).Task;
            if (change is not null) await change.WaitAsync(cancellationToken);
            var snapshot = Current;
            seen = snapshot.Version;
            yield return snapshot;
        }
    }

    private void SwapLocked(DateTimeOffset now, NodePages nodes, string? withdrawn)
    {
        var (wasReady, startedAt) = (_current.IsReady, _current.StartedAt ?? (_down == 0 ? now : null));
        var isReady = startedAt is not null && _refusing == 0 && withdrawn is null;
        Volatile.Write(ref _current, _current with
        {
            Version = _current.Version + 1,
            At = now,
            Pages = nodes,
            StartedAt = startedAt,
            IsReady = isReady,
            Withdrawn = withdrawn,
        });
        if (startedAt is not null) _started.TrySetResult();
        if (isReady) _ready.TrySetResult();
        else if (wasReady) _ready = New();
        _change?.TrySetResult();
        _change = null;
    }

    private void Count(NodeSnapshot node, int by)
    {
        if (node is { IsRequired: true, IsUp: false }) _down += by;
        if (Refuses(node)) _refusing += by;
    }

    private static bool Refuses(NodeSnapshot node) => node is { IsRequired: true, IsUp: false, WhenDown: not WhenDown.KeepServing };

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
