namespace Gatehouse.CloudRun.Rollout;

/// <summary>Whether the revision in service is well: by its own health, and by chatting with it.</summary>
internal static class OldRevision
{
    private const int Tries = 3;

    /// <summary>What is wrong with it; null if it is well, and then how long its first events took.</summary>
    public static async Task<(string? Fault, TimeSpan? FirstEvent)> LookAtAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var service = await run.Editor.ReadAsync(cancellationToken);
        if (!Uri.TryCreate(service.Status?.Url, UriKind.Absolute, out var url)) return ("the service tells no URL", null);
        return await run.Web.FaultOfAsync(url, cancellationToken) is { } fault ? (fault, null) : await ChatAsync(run, url, Tries, cancellationToken);
    }

    /// <summary>Chats with it, until a turn does not end well.</summary>
    public static async Task<(string? Fault, TimeSpan? FirstEvent)> ChatAsync(RolloutRun run, Uri url, int turns, CancellationToken cancellationToken)
    {
        var measures = new RevisionMeasures();
        var stable = new RevisionUnderTest(run.State.Stable!, url, measures, run.Tools.Verify, run.Http, run.Clock);
        for (var i = 0; i < turns && measures.Now.Faults is []; i++) await stable.TurnAsync(cut: false, timed: true, cancellationToken);
        var now = measures.Now;
        return (now.Faults is [var fault, ..] ? fault : now.Ours.Turns is 0 ? "no chat turn has ended there" : null, now.FirstEventP50);
    }

    /// <summary>Looks again and again until it is well.</summary>
    /// <returns>What is still wrong with it when <paramref name="within"/> is over; null if it is well.</returns>
    public static async Task<string?> UntilWellAsync(RolloutRun run, TimeSpan within, CancellationToken cancellationToken)
    {
        var began = run.Clock.GetTimestamp();
        while (true)
        {
            var (fault, _) = await LookAtAsync(run, cancellationToken);
            if (fault is null || run.Clock.GetElapsedTime(began) > within) return fault;
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
        }
    }
}
