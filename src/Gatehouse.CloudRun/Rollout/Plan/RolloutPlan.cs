using System.Globalization;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>What a rollout would do, to be read first.</summary>
public sealed record RolloutPlan(IReadOnlyList<PlannedStep> Steps)
{
    internal static RolloutPlan Of(RolloutTools tools, RolloutRequest request, RolloutState state, RolloutState? unfinished)
    {
        var (verify, limits, settings) = (tools.Verify, tools.Thresholds, tools.Settings);
        List<PlannedStep> steps = [];
        void Add(RolloutStep step, FormattableString text) => steps.Add(new(step, text.ToString(CultureInfo.InvariantCulture)));

        if (unfinished is not null) Add(state.Step, $"goes on with the rollout of '{state.Candidate}', which was cut short here");
        else if (state.Stable is { } now) Add(RolloutStep.Preflight, $"'{now}' has all traffic of '{request.Service.Name}'; it has to be well");
        else Add(RolloutStep.Preflight, $"'{request.Service.Name}' does not exist: a first deployment, without a way back");
        Add(RolloutStep.Migrate, $"{tools.Migration?.Description ?? "nothing to migrate"}{(tools.Undo is { } undo ? $"; taken back by {undo.Description} if '{state.Stable}' is not well with it" : "")}");
        Add(RolloutStep.Candidate, $"'{state.Candidate}' with {request.Image}, {(state.Stable is null ? "all traffic" : "no traffic")}, tag '{state.Tag}'; ready within {limits.StartUp.TotalSeconds:0.#} s");
        Add(RolloutStep.Verify, $"{verify.Upgrades} upgrades, {verify.Turns} chat turns (every other one cut and resumed), {verify.Held} sockets held for {verify.Soak.TotalSeconds:0.#} s");
        if (state.Stable is null)
        {
            Add(RolloutStep.CleanUp, $"the tag goes");
            return new(steps);
        }
        foreach (var share in settings.Shares) Add(RolloutStep.Shift, $"{share} % of new connections, until {verify.Connections} have come (after {verify.Window.TotalSeconds:0.#} s made up by synthetic turns)");
        Add(RolloutStep.Move, $"the sockets of '{state.Stable}' {(tools.Mover is { } mover ? $"are asked to move, by {mover.Description}" : "stay until they end: no --drain-job and no --drain-command")}");
        Add(RolloutStep.CleanUp, $"the tags go");
        Add(RolloutStep.RollBack, $"at any breach: all traffic to '{state.Stable}', the candidate's sockets moved or cut, and a proof of both");
        return new(steps);
    }
}

public sealed record PlannedStep(RolloutStep Step, string Text);
