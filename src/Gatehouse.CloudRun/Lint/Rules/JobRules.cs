namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH19: jobs.</summary>
internal static class JobRules
{
    public static readonly Rule Listens = new("GH1901", "job-listens", Severity.Error, "A job must not listen.");
    public static readonly Rule Retries = new("GH1902", "job-retries", Severity.Warning, "A task may be retried less often than the platform needs.");
    public static readonly Rule Parallelism = new("GH1903", "job-parallelism", Severity.Warning, "More tasks may run at once than there are.");
    public static readonly Rule OnKnative = new("GH1904", "job-on-knative", Severity.Error, "Knative has no jobs.");

    public static readonly Rule[] All = [Listens, Retries, Parallelism, OnKnative];
}
