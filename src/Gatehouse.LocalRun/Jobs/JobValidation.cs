using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Api;
using Gatehouse.LocalRun.Services;

namespace Gatehouse.LocalRun.Jobs;

/// <summary>What the platform refuses of a job before anything is done.</summary>
internal static class JobValidation
{
    private const int MostTasks = 10_000;
    private const int MostTimeout = 7 * 24 * 3600;
    private const string Execution = "spec.template.spec";
    private const string Task = $"{Execution}.template.spec";

    public static void Check(Job job)
    {
        if (job.Kind is { } kind && kind is not "Job") throw ApiException.Invalid("kind", $"The kind is '{kind}'; 'Job' was expected.");
        if (job.ApiVersion is { } version && version is not ApiVersions.Jobs) throw ApiException.Invalid("apiVersion", $"The apiVersion is '{version}'; '{ApiVersions.Jobs}' was expected.");
        ServiceValidation.CheckLabel("metadata.name", job.Name);
        var execution = job.Spec.Template.Spec;
        var task = execution.Template.Spec;
        if (task.Containers is not [{ Image.Length: > 0 } container]) throw ApiException.Invalid($"{Task}.containers", "Exactly one container with an image is needed here.");
        ServiceValidation.CheckVariables(container, $"{Task}.containers[0]");
        if (task.MaxRetries < 0) throw ApiException.Invalid($"{Task}.maxRetries", "It must not be negative.");
        if (execution.Parallelism < 0) throw ApiException.Invalid($"{Execution}.parallelism", $"It must not be negative; it is {execution.Parallelism}.");
        CheckTasks($"{Execution}.taskCount", execution.TaskCount);
        CheckTimeout($"{Task}.timeoutSeconds", task.TimeoutSeconds);
    }

    public static void CheckTasks(string field, long? count)
    {
        if (count is < 1 or > MostTasks) throw ApiException.Invalid(field, $"It must be 1 to {MostTasks}; it is {count}.");
    }

    public static void CheckTimeout(string field, long? seconds)
    {
        if (seconds is < 1 or > MostTimeout) throw ApiException.Invalid(field, $"The timeout must be 1 to {MostTimeout} seconds; it is {seconds}.");
    }
}
