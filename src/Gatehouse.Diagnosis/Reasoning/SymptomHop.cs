using System.Globalization;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>The first hop, and the whole in a sentence.</summary>
internal static class SymptomHop
{
    public static Hop Of(Scene scene, Symptom symptom, Findings found)
    {
        var next = found.Hops.Select(hop => Said(scene, hop)).ToList();
        return new()
        {
            Id = "symptom",
            Kind = HopKind.Symptom,
            Question = Question(symptom),
            Answer = next.Count == 0 ? "The evidence does not say." : $"{Door(scene, found)}{NodeWords.And(next)}.",
            Since = scene.Onset,
            Evidence = Evidence(scene, symptom),
            Causes = found.Hops.Count > 0 ? found.Hops : [CauseHops.Unknown("symptom", "Nothing that is known was unwell at the time.")],
        };
    }

    // What each of the hops below says, in two words.
    private static string Said(Scene scene, Hop hop) => hop switch
    {
        { Kind: HopKind.Node, Name: { } name } when scene.Knows(name) => scene[name] switch
        {
            { IsWaiting: true } => $"{name} waits",
            { Node.State: NodeState.Failed } => $"{name} has failed",
            { Node.State: NodeState.Stabilising } => $"{name} is not stable",
            { IsUp: true } => $"{name} was not well",
            _ => $"{name} is not well",
        },
        { Kind: HopKind.Provider, Name: { } provider } => $"the model of {provider} fails",
        { Answer: var answer } => answer.TrimEnd('.'),
    };

    // The names of nodes stay as they are: nothing before them ends a sentence.
    private static string Door(Scene scene, Findings found) => scene.Admission?.Door switch
    {
        Diagnosis.Door.Closed => "The front door is closed: ",
        Diagnosis.Door.Holding => "The front door holds newcomers: ",
        _ => found.Hops is [{ Kind: HopKind.Node or HopKind.Provider }, ..] ? "Because " : "",
    };

    public static string Summary(Symptom symptom, Findings found, IReadOnlyList<Root> roots, Verdict verdict)
    {
        var causes = string.Join(" ", roots.Select(static root =>
            $"{root.Title}{(root.Node is null ? "" : $" (at {root.Node})")}{(root.RecoveredAt is null ? "" : ", and is well again")}{(root.Verdict == Verdict.Likely ? ", probably" : "")}."));
        if (roots.Count > 0) causes = $"{Seen(symptom)} {(roots.Count > 1 ? "Causes" : "Cause")}: {causes}";
        if (verdict != Verdict.InsufficientEvidence) return causes;
        var end = found.Unexplained.Count > 0 ? $"The trail ends at {NodeWords.And([.. found.Unexplained])}." : "The evidence does not reach a cause.";
        return causes.Length == 0 ? $"{Seen(symptom)} Insufficient evidence. {end}" : $"{causes} Beside that there is insufficient evidence. {end}";
    }

    private static string Seen(Symptom symptom) => symptom.Kind switch
    {
        SymptomKind.Unreachable => "The service cannot be reached.",
        SymptomKind.UpgradeRefused => "WebSocket upgrades are refused.",
        SymptomKind.ConnectionCut => "Connections are cut.",
        SymptomKind.TurnFailed => "Messages are not answered.",
        SymptomKind.StartFailed => "The start does not end.",
        SymptomKind.ReadinessLost => "The instance is not ready any more.",
        SymptomKind.NodeDown => $"{Wording.Capital(symptom.Node ?? "a node")} is not well.",
        SymptomKind.Slow => "The service is slow.",
        _ => Wording.Sentence(symptom.Text ?? "Something is wrong."),
    };

    private static string Question(Symptom symptom) => symptom.Kind switch
    {
        SymptomKind.Unreachable => "Why can the service not be reached?",
        SymptomKind.UpgradeRefused => "Why are WebSocket upgrades refused?",
        SymptomKind.ConnectionCut => "Why are connections cut?",
        SymptomKind.TurnFailed => "Why are messages not answered?",
        SymptomKind.StartFailed => "Why does the start not end?",
        SymptomKind.ReadinessLost => "Why is the instance not ready any more?",
        SymptomKind.NodeDown => $"Why is {symptom.Node ?? "a node"} not well?",
        SymptomKind.Slow => "Why is the service slow?",
        _ => "Why did that happen?",
    };

    private static IReadOnlyList<Evidence> Evidence(Scene scene, Symptom symptom)
    {
        var evidence = new List<Evidence>();
        if (symptom.Text is { } text) evidence.Add(new(EvidenceSource.Report, text) { At = symptom.Onset });
        if (scene.Failure is not null) evidence.AddRange(scene.AtFailure().Evidence);
        foreach (var each in scene.Decisions.Where(static each => each is { Outcome: "refused", Count: > 0 }))
            evidence.Add(new(EvidenceSource.Admission, string.Create(CultureInfo.InvariantCulture,
                $"{each.Count} upgrades refused{(each.Reason is null ? "" : $" for {each.Reason}")}{(each.Node is null ? "" : $", over {each.Node}")}"))
            { About = each.Node, At = each.First });
        return evidence;
    }
}
