namespace Gatehouse.CloudRun.Rollout;

/// <summary>How a step ended.</summary>
internal enum StepOutcome
{
    Passed,
    Breached,
}

/// <summary>What follows a step: the whole course of a rollout as a function.</summary>
internal static class NextStep
{
    public static (RolloutStep Step, int Share) After(RolloutState state, StepOutcome outcome, IReadOnlyList<int> shares) => (state.Step, outcome) switch
    {
        // Nothing runs yet that could be taken back.
        (RolloutStep.Preflight or RolloutStep.Migrate, StepOutcome.Breached) => (RolloutStep.Done, 0),
        // There is nothing to go back to: what was deployed stays, to be looked at.
        (RolloutStep.Candidate or RolloutStep.Verify, StepOutcome.Breached) when state.Stable is null => (RolloutStep.CleanUp, 100),
        (RolloutStep.Candidate or RolloutStep.Verify or RolloutStep.Shift, StepOutcome.Breached) => (RolloutStep.RollBack, 0),
        // The new revision is good; old sockets that stay are told, and are no reason to go back.
        (RolloutStep.Move, StepOutcome.Breached) => (RolloutStep.CleanUp, state.Share),
        (RolloutStep.Preflight, _) => (RolloutStep.Migrate, 0),
        (RolloutStep.Migrate, _) => (RolloutStep.Candidate, 0),
        (RolloutStep.Candidate, _) => (RolloutStep.Verify, state.Share),
        (RolloutStep.Verify, _) when state.Stable is null => (RolloutStep.CleanUp, 100),
        (RolloutStep.Verify, _) => (RolloutStep.Shift, shares[0]),
        (RolloutStep.Shift, _) => shares.FirstOrDefault(share => share > state.Share) is > 0 and var next ? (RolloutStep.Shift, next) : (RolloutStep.Move, 100),
        (RolloutStep.Move, _) => (RolloutStep.CleanUp, 100),
        (RolloutStep.CleanUp or RolloutStep.RollBack, _) => (RolloutStep.Done, state.Share),
        _ => (RolloutStep.Done, state.Share),
    };
}
