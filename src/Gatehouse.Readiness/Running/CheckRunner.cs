using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness;

/// <summary>
/// Runs one node's check against its timeout. A check that ignores its token is left behind and counted until it ends; what it
/// then answers is heard by nobody. With three of them alive there is no free slot: the peer is plainly not answering, and a
/// fourth would only leak more.
/// </summary>
internal sealed class CheckRunner(NodeDefinition node, IServiceProvider services, TimeProvider clock)
{
    public const int MostAbandoned = 3;

    private readonly Lock _gate = new(); // guards _abandoned, _slot
    private int _abandoned;
    private TaskCompletionSource? _slot;

    /// <summary>The run that was in flight when the graph stopped, its token cancelled.</summary>
    public Task LeftAtStop { get; private set; } = Task.CompletedTask;

    public int Abandoned { get { lock (_gate) return _abandoned; } }

    /// <summary>Ends when another run may begin.</summary>
    public Task SlotAsync()
    {
        lock (_gate)
            return _abandoned < MostAbandoned
                ? Task.CompletedTask
                : (_slot ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Runs the check once. Never throws, but for <paramref name="stop"/>.</summary>
    public async Task<CheckRun> RunAsync(Func<IServiceProvider, NodeContext> contextFor, CancellationToken stop)
    {
        var startedAt = clock.GetTimestamp();
        var race = await Race.RunAsync(token => GuardedAsync(contextFor, startedAt, token), node.Policy.Timeout, clock, stop);
        if (race.HasEnded) return race.Result;
        Abandon(race.Work);
        if (stop.IsCancellationRequested) LeftAtStop = race.Work;
        stop.ThrowIfCancellationRequested();
        var reason = FormattableString.Invariant($"no answer within {node.Policy.Timeout.TotalSeconds:0.###} s");
        return new(CheckResult.Failed(reason, "timeout"), startedAt, clock.GetTimestamp());
    }

    private async Task<CheckRun> GuardedAsync(Func<IServiceProvider, NodeContext> contextFor, long startedAt, CancellationToken cancellationToken)
    {
        try
        {
            await using var scope = services.CreateAsyncScope();
            var result = await node.Check(contextFor(scope.ServiceProvider), cancellationToken)
                ?? CheckResult.Failed("the check returned no result", "NoResult");
            if (result.Status == CheckStatus.Degraded && !node.Policy.DegradedIsUp) result = CheckResult.Failed(result.Reason!, result.Signature);
            var endedAt = clock.GetTimestamp();
            var took = clock.GetElapsedTime(startedAt, endedAt);
            if (result.Status == CheckStatus.Healthy && took > node.Policy.SlowAfter)
                result = result.SlowedTo(FormattableString.Invariant(
                    $"slow: took {took.TotalSeconds:0.###} s, more than {node.Policy.SlowAfter.TotalSeconds:0.###} s"));
            return new(result, startedAt, endedAt);
        }
        catch (Exception exception)
        {
            var result = CheckResult.Failed(CheckFault.Describe(exception), CheckFault.Signature(exception));
            return new(result, startedAt, clock.GetTimestamp(), IsCrash: !CheckFault.IsTheWorlds(exception));
        }
    }

    private void Abandon(Task run)
    {
        lock (_gate) _abandoned++;
        _ = run.ContinueWith(_ => Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private void Release()
    {
        lock (_gate)
        {
            _abandoned--;
            _slot?.TrySetResult();
            _slot = null;
        }
    }
}
