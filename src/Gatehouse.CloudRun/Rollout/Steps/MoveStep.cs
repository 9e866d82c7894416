namespace Gatehouse.CloudRun.Rollout;

/// <summary>Traffic weights are of new connections only: the sockets of the old revision stay there until they are asked to come over.</summary>
internal sealed class MoveStep : IRolloutStep
{
    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        if (run.State.Stable is not { } old) return StepOutcome.Passed;
        var watch = await RevisionWatch.OpenAsync(run, cancellationToken);
        var eviction = new Eviction(run, old, watch.Candidate.Url);
        run.Figures.SocketsToMove = await eviction.CountAsync(cancellationToken);
        if (run.Tools.Mover is null)
        {
            run.Figures.SocketsLeft = run.Figures.SocketsToMove;
            run.Remarks.Add($"there is no way to ask the sockets of '{old}' to move (--drain-job, --drain-command): {Told(run.Figures.SocketsToMove)} stay there until they end, at most the request timeout");
            return StepOutcome.Passed;
        }
        await eviction.AskAsync(cancellationToken);
        var began = run.Clock.GetTimestamp();
        run.Figures.SocketsLeft = await eviction.UntilEmptyAsync(run.Tools.Settings.MoveWithin, cancellationToken);
        run.Figures.Moved = run.Clock.GetElapsedTime(began);
        if (run.Figures.SocketsLeft is 0)
        {
            run.Say($"its {Told(run.Figures.SocketsToMove)} have moved in {run.Figures.Moved.Value.TotalSeconds:0.0} s");
            return StepOutcome.Passed;
        }
        run.Remarks.Add($"{Told(run.Figures.SocketsLeft)} of '{old}' have not moved within {run.Tools.Settings.MoveWithin.TotalSeconds:0.#} s; they stay until they end");
        return StepOutcome.Breached;
    }

    private static string Told(long? sockets) => sockets is { } count ? $"{count} sockets" : "sockets (how many is not told)";
}
