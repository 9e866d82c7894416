namespace Gatehouse.CloudRun.Rollout;

/// <summary>What a run of the command may do about a rollout that its service knows of.</summary>
internal enum Claim
{
    /// <summary>There is none: begin.</summary>
    Begin,

    /// <summary>It is ours, or its owner is gone and it is of the same template: go on with it.</summary>
    GoOn,

    /// <summary>Its owner is gone, but it is of another template.</summary>
    Other,

    /// <summary>Its owner is at it.</summary>
    Busy,
}

/// <summary>Two rollouts of a service at once: one waits or refuses.</summary>
internal static class ClaimRule
{
    /// <param name="isGone">Whether an owner is known not to run any more.</param>
    public static Claim Decide(RolloutState? live, RolloutOwner me, string digest, DateTimeOffset now, TimeSpan lasts, Func<RolloutOwner, bool> isGone) => live switch
    {
        null or { Step: RolloutStep.Done } => Claim.Begin,
        { } state when state.Owner.Key == me.Key => Claim.GoOn,
        { } state when now - state.AliveAt < lasts && !isGone(state.Owner) => Claim.Busy,
        { } state => state.Digest == digest || state.Step is RolloutStep.RollBack ? Claim.GoOn : Claim.Other,
    };
}
