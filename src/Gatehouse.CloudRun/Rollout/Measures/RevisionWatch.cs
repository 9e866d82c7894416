namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// Both revisions under watch: one look reads what the instances tell and asks both for their health; what the measures say of the candidate is
/// judged after each.
/// </summary>
internal sealed class RevisionWatch(RolloutRun run, RevisionUnderTest candidate, RevisionUnderTest? stable)
{
    /// <summary>Health checks in a row that the old revision may not fail; a verification makes as many at least.</summary>
    public const int FallsAfter = 3;

    private int _stableFailures;
    private string? _stableFault;

    public RevisionUnderTest Candidate => candidate;

    public RevisionUnderTest? Stable => stable;

    /// <summary>Finds both by their tags.</summary>
    public static async Task<RevisionWatch> OpenAsync(RolloutRun run, CancellationToken cancellationToken)
    {
        var service = await run.Editor.ReadAsync(cancellationToken);
        var traffic = service.Status?.Traffic;
        var state = run.State;
        var url = TrafficPlan.UrlOf(state.Tag, state.Candidate, traffic)
            ?? throw new RolloutException($"the service '{service.Name}' tells no URL for the tag '{state.Tag}': somebody has removed it");
        return new(run, Under(state.Candidate, url, run.Candidate), state.Stable is { } old && TrafficPlan.UrlOf(state.StableTag, old, traffic) is { } oldUrl
            ? Under(old, oldUrl, run.Stable) : null);

        RevisionUnderTest Under(string revision, Uri at, RevisionMeasures measures) => new(revision, at, measures, run.Tools.Verify, run.Http, run.Clock);
    }

    public async Task LookAsync(CancellationToken cancellationToken)
    {
        run.Candidate.Checked(await run.Web.FaultOfAsync(candidate.Url, cancellationToken));
        if (stable is not null)
        {
            _stableFault = await run.Web.FaultOfAsync(stable.Url, cancellationToken);
            _stableFailures = _stableFault is null ? 0 : _stableFailures + 1;
        }
        if (await run.Web.StatusAsync(candidate.Url, cancellationToken) is not { } status) return;
        run.CandidateFleet.Add(status, run.Candidate);
        run.StableFleet?.Add(status, run.Stable);
    }

    public Judgement Judge(RolloutStep step, long needed)
    {
        var judgement = run.Judge.Of(step, run.Candidate.Now, run.Stable.Now, needed);
        return _stableFailures < FallsAfter || run.State.IsStableSick ? judgement : judgement with
        {
            Breaches = [.. judgement.Breaches, new(step, "old_revision", "the old revision stays well", $"it failed {_stableFailures} health checks in a row", _stableFault)],
        };
    }
}
