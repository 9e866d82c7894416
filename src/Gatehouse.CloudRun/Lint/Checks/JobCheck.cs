using Gatehouse.CloudRun.Lint.Rules;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>What is particular about jobs.</summary>
internal static class JobCheck
{
    private const long AdvisedRetries = 3;
    private static readonly string[] OfListeners = ["ports", "livenessProbe", "readinessProbe"];

    public static void Run(Subject subject, Findings findings)
    {
        if (subject.IsService) return;
        if (!subject.IsCloudRun)
        {
            findings.Add(JobRules.OnKnative, subject.Resource["kind"], "Knative Serving has no jobs", "use a Job of Kubernetes (batch/v1)");
            return;
        }
        foreach (var key in subject.Containers.SelectMany(static container => OfListeners.Select(name => container[name])).Where(static key => key.HasKey))
            findings.AddKey(JobRules.Listens, key, $"a job must not listen, and so '{key.Key}' means nothing", "leave it out");
        if (subject.Spec["maxRetries"] is { Whole: >= 0 and < AdvisedRetries } retries)
            findings.Add(JobRules.Retries, retries, FormattableString.Invariant($"maxRetries is {retries.Whole}: the platform itself may interrupt a task and count that as a try, and advises 3 or more"),
                "write 3, and let the task be one that may run twice");
        var execution = subject.Template["spec"];
        if (execution["parallelism"] is { Whole: > 1 } parallelism && parallelism.Whole > (execution["taskCount"].Whole ?? 1))
            findings.Add(JobRules.Parallelism, parallelism, FormattableString.Invariant($"{parallelism.Whole} tasks may run at once, but there are {execution["taskCount"].Whole ?? 1}"), "raise taskCount, or lower parallelism");
    }
}
