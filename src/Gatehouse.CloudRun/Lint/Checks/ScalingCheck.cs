using Gatehouse.CloudRun.Lint.Rules;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>How many instances there are, and when they have a CPU.</summary>
internal static class ScalingCheck
{
    private const string Throttling = "run.googleapis.com/cpu-throttling";

    public static void Run(Subject subject, Findings findings)
    {
        if (!subject.IsService || subject.Spec.Map is null) return;
        var (least, most) = (subject.TemplateAnnotation("autoscaling.knative.dev/minScale"), subject.TemplateAnnotation("autoscaling.knative.dev/maxScale"));
        Order(least, most, findings);
        Order(subject.Annotation("run.googleapis.com/minScale"), subject.Annotation("run.googleapis.com/maxScale"), findings);
        Split(subject, most, findings);
        var keepsOne = least.Whole > 0 || subject.Annotation("run.googleapis.com/minScale").Whole > 0 || subject.Annotation("run.googleapis.com/manualInstanceCount").Whole > 0;
        if (subject is { IsSocketService: true, IsCloudRun: true }) Throttled(subject, keepsOne, findings);
        if (subject.IsSocketService && !keepsOne)
            findings.Add(SocketRules.ScaleToZero, least, "when nobody is connected for a while there is no instance: the next upgrade waits for a start, and nothing goes on without a socket", "write autoscaling.knative.dev/minScale: \"1\" into the template's annotations, if that matters");
    }

    private static void Order(Spot least, Spot most, Findings findings)
    {
        if (least.Whole is { } min && most.Whole is > 0 and { } max && min > max)
            findings.Add(SocketRules.MinAboveMax, least, FormattableString.Invariant($"there must be {min} instances at least, and may be {max} at most"), "raise the maximum, or lower the minimum");
    }

    private static void Split(Subject subject, Spot most, Findings findings)
    {
        var revisions = subject.Targets.Count(static target => target["percent"].Whole > 0);
        if (revisions < 2) return;
        if (most.Whole is 1)
            findings.Add(SocketRules.MaxOneWithSplit, most,
                "the limit holds for each revision: with traffic on two there are two instances, so that what needs to be alone is not, and each is full with its own containerConcurrency", "give the revisions room, or send all traffic to one");
        if (subject.IsCloudRun && subject.TemplateAnnotation("run.googleapis.com/sessionAffinity") is { Truth: true } affinity)
            findings.Add(SocketRules.AffinityWithSplit, affinity, "session affinity takes precedence over the split: those who come back stay where they were, so that the percentages are not what happens", "leave sessionAffinity out; a Gatehouse needs none");
    }

    private static void Throttled(Subject subject, bool keepsOne, Findings findings)
    {
        var spot = subject.TemplateAnnotation(Throttling);
        if (spot.Truth is false) return;
        findings.Add(SocketRules.Throttled, spot,
            $"{(spot.HasKey ? "" : "by default ")}the CPU is there only while a request is open: a run whose sockets have left stops, and loses its lease{(keepsOne ? "" : "; and with no instance kept it may end altogether")}",
            "write run.googleapis.com/cpu-throttling: \"false\" into the template's annotations");
    }
}
