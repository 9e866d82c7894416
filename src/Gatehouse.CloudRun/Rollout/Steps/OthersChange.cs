using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// What somebody else has done to the service under a rollout: its traffic and its template are compared with what the rollout wrote together with
/// its state. A hotfix must be neither overwritten nor have its consequences charged to the candidate.
/// </summary>
internal static class OthersChange
{
    /// <exception cref="RolloutException">Somebody else has changed the template or the traffic.</exception>
    public static void Refuse(Service live, RolloutState state)
    {
        RefuseTemplate(live, state);
        var written = state.Step is RolloutStep.RollBack ? state.Traffic.RolledBack([]) : state.Traffic.At(state.Share, []);
        if (IsDeployed(state) && !TrafficPlan.HasShares(written, live.Spec.Traffic ?? []))
            throw new RolloutException($"somebody else has changed the traffic of '{live.Name}' during the rollout, which stops here: run it again when that is settled, or roll it back with --abort");
    }

    /// <exception cref="RolloutException">Somebody else has changed the template.</exception>
    public static void RefuseTemplate(Service live, RolloutState state)
    {
        if (HasTemplate(live, state))
            throw new RolloutException($"somebody else has changed the template of '{live.Name}' during the rollout, which stops here: it is of '{ImageOf(live)}' now. --abort ends the rollout and leaves that as it is");
    }

    /// <summary>Whether the template is neither the candidate's nor, on the way back, the one of before.</summary>
    public static bool HasTemplate(Service live, RolloutState state)
    {
        if (!IsDeployed(state)) return false;
        // By the name alone: the platform lets no other template have the same one, but a webhook of the cluster may have put a digest for the image's tag.
        var name = live.Spec.Template.Metadata.Name;
        return name != state.Candidate && !(state.Step is RolloutStep.RollBack && name == state.Stable);
    }

    private static bool IsDeployed(RolloutState state) => state.Step is not (RolloutStep.Preflight or RolloutStep.Migrate);

    private static string? ImageOf(Service live) => new RolloutRequest(live).Image;
}
