namespace Gatehouse.CloudRun.Rollout;

/// <summary>One why.</summary>
public sealed record Why(string Question, string Answer);

/// <summary>
/// From the breach down to what let it happen, as far as the evidence reaches: what was measured, what was first seen, what the platform and the
/// candidate itself say, and the property of the system at the end. Never padded, never a guess, never a person. A pure function.
/// </summary>
internal static class FiveWhys
{
    public static IReadOnlyList<Why> Of(RolloutState state, IReadOnlyList<Breach> breaches, FailureEvidence? evidence)
    {
        if (breaches is not [var breach, ..]) return [];
        List<Why> whys = [new($"Why is '{state.Candidate}' not in service?", $"At the step {breach.Step.ToString().ToLowerInvariant()} it broke {breach.Measure}: {breach.Actual}, expected {breach.Limit}.")];
        if (breach.Detail is { Length: > 0 } detail) whys.Add(new("Why was that?", Sentence(detail)));
        if (evidence?.Platform is { } platform && platform != breach.Detail) whys.Add(new("What does the platform say of the revision?", Sentence(platform)));
        if (evidence?.StartupCulprit is { } culprit) whys.Add(new("What does the candidate wait for?", Sentence(culprit)));
        if (evidence is not null) whys.AddRange(evidence.Diagnosis.Select(hop => new Why(hop.Question, hop.Answer)));
        if (Property(breach, evidence) is { } property) whys.Add(new("What let it come this far?", property));
        return whys;
    }

    private static string? Property(Breach breach, FailureEvidence? evidence) => breach.Measure switch
    {
        "ready" or "start_up" => "The image was built and deployed without having been started in such a surrounding: the platform was the first to do so. `gatehouse local` starts it on a laptop, with the same probes.",
        "upgrade_success" or "503_share" or "turns" when breach.Step is RolloutStep.Verify && evidence?.StartupStatus is 200 =>
            "Its /startup answers 200 although it cannot serve: the platform takes its word. A start-up probe must prove the work, by a chat with itself.",
        "revision" => "K_REVISION, or what the welcome tells, is not what the platform runs at that tag: an old image under a new name, or a tag that leads elsewhere.",
        "first_event" => "Nothing before the deployment compares how long the first event takes with the revision in service.",
        "memory" or "dropped" => "It shows only with time: a test that ends after a second cannot see it.",
        "migration" => "The migration had not been run on a copy of this database.",
        "old_revision" => "The migration, or the candidate, changed what the old revision needs: expand first, and contract only when it is gone.",
        "users_upgrade_success" or "users_turns" => "Real users do what no synthetic one did: their share was kept small for that.",
        _ => null,
    };

    private static string Sentence(string text) => text.Length is 0 ? text : $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";
}
