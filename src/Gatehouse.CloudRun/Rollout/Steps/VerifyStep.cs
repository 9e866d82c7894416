using System.Text.Json;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// Tries the candidate at its tag, before anybody else gets there: sockets to hold first, then upgrades, chat turns (half of them cut and resumed), and
/// the rest of the time that the sockets have to last. The old revision has the same turns, to be compared with.
/// </summary>
internal sealed class VerifyStep : IRolloutStep
{
    public async Task<StepOutcome> RunAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var (began, settings) = (run.Clock.GetTimestamp(), run.Tools.Verify);
        var watch = await RevisionWatch.OpenAsync(run, cancellationToken);
        run.Say($"trying it at {watch.Candidate.Url}: {settings.Upgrades} upgrades, {settings.Turns} turns, {settings.Held} sockets held for {settings.Soak.TotalSeconds:0.#} s");
        run.Held = new(watch.Candidate);
        await run.Held.OpenAsync(settings.Held, cancellationToken);
        await watch.LookAsync(cancellationToken);
        await ReadStartUpAsync(run, watch, cancellationToken);
        var rounds = new Rounds(settings.Parallel, () => watch.Judge(RolloutStep.Verify, 0).Breaches.Count is 0);
        var isWell = await rounds.RunAsync(settings.Upgrades, _ => watch.Candidate.UpgradeAsync(cancellationToken))
            && await rounds.RunAsync(settings.Turns, i => BothAsync(watch, i, timed: i >= settings.Parallel, cancellationToken));
        for (var looks = 0; isWell && (looks < RevisionWatch.FallsAfter || run.Clock.GetElapsedTime(began) < settings.Soak); looks++)
        {
            await Task.Delay(run.Tools.Settings.Pace, run.Clock, cancellationToken);
            await watch.LookAsync(cancellationToken);
            isWell = watch.Judge(RolloutStep.Verify, 0).Breaches.Count is 0;
        }
        if (isWell) await watch.LookAsync(cancellationToken);
        return await ConcludeAsync(run, watch.Judge(RolloutStep.Verify, isWell ? settings.Upgrades : 0), cancellationToken);
    }

    /// <summary>Breaches, or too few connections for a verdict: neither is a pass.</summary>
    internal static async Task<StepOutcome> ConcludeAsync(RolloutRun run, Judgement judgement, CancellationToken cancellationToken)
    {
        // Before the candidate is blamed: it may have lost its tag or its traffic to somebody else.
        if (!judgement.IsGood) OthersChange.Refuse(await run.Editor.ReadAsync(cancellationToken), run.State);
        run.Breaches.AddRange(judgement.Breaches);
        if (judgement is { Breaches: [], Missing: > 0 })
            run.Breaches.Add(new(run.State.Step, "inconclusive", "enough new connections for a verdict", $"{judgement.Missing} are missing"));
        if (judgement.IsGood)
        {
            var now = run.Candidate.Now;
            run.Say($"good: {now.Ours.Upgrades} upgrades, {now.Ours.Turns} turns of ours, {now.Everybody.Accepted} connections of everybody{(now.FirstEventP99 is { } p99 ? $", first event p99 {p99.TotalMilliseconds:0} ms" : "")}");
            return StepOutcome.Passed;
        }
        foreach (var breach in run.Breaches) run.Say(breach.ToString());
        return StepOutcome.Breached;
    }

    private static Task BothAsync(RevisionWatch watch, int i, bool timed, CancellationToken cancellationToken)
    {
        var cut = i % 2 is 1;
        return Task.WhenAll(watch.Candidate.TurnAsync(cut, timed, cancellationToken), watch.Stable?.TurnAsync(cut, timed, cancellationToken) ?? Task.CompletedTask);
    }

    private static async Task ReadStartUpAsync(RolloutRun run, RevisionWatch watch, CancellationToken cancellationToken)
    {
        var (status, body) = await run.Web.GetAsync(new(watch.Candidate.Url, "/api/startup"), cancellationToken);
        if (status is not 200 || TotalMs(body) is not { } ms) return;
        run.Figures.OwnStartUp = TimeSpan.FromMilliseconds(ms);
        if (run.Figures.OwnStartUp > run.Tools.Thresholds.StartUpWarning)
            run.Remarks.Add($"the server took {ms / 1000:0.0} s to start; {run.Tools.Thresholds.StartUpWarning.TotalSeconds:0.#} s is good");
    }

    private static double? TotalMs(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("totalMs", out var total) && total.TryGetDouble(out var ms) ? ms : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
