using Gatehouse.CloudRun.Api;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>Gets the sockets away from a revision, and sees whether they are gone: what the instances themselves say counts, by way of one that stays.</summary>
/// <param name="seenFrom">An address at which instances of the other revision answer.</param>
internal sealed class Eviction(RolloutRun run, string revision, Uri? seenFrom)
{
    /// <returns>Null if nobody tells.</returns>
    public async Task<long?> CountAsync(CancellationToken cancellationToken) =>
        seenFrom is { } url && await run.Web.StatusAsync(url, cancellationToken) is { Instances: not null } status ? status.OpenAt(revision) : null;

    public async Task AskAsync(CancellationToken cancellationToken)
    {
        if (run.Tools.Mover is not { } mover) return;
        run.Say($"asking the sockets of '{revision}' to move, by {mover.Description}");
        try
        {
            var answer = await mover.AskAsync(revision, cancellationToken);
            run.Say(answer.Succeeded ? answer.Text : $"that did not work: {answer.Text}");
        }
        catch (ApiException exception)
        {
            run.Say($"that did not work: {exception.Message}");
        }
    }

    /// <returns>How many were left in the end; null if nobody tells.</returns>
    public async Task<long?> UntilEmptyAsync(TimeSpan limit, CancellationToken cancellationToken)
    {
        var began = run.Clock.GetTimestamp();
        while (true)
        {
            var left = await CountAsync(cancellationToken);
            if (left is 0 || run.Clock.GetElapsedTime(began) > limit) return left;
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
        }
    }
}
