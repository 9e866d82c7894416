using Gatehouse.CloudRun.Api;
using Gatehouse.CloudRun.Resources;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>
/// A job of Cloud Run: put in place as its manifest has it, run, and waited for. With <c>{revision}</c> among its arguments it is told which one.
/// </summary>
public sealed class JobErrand(CloudRunApi api, Job job, TimeSpan limit, TimeSpan pace, TimeProvider clock) : ISocketMover, IMigration
{
    public string Description => $"the job '{job.Name}'";

    public Task<ErrandAnswer> AskAsync(string revision, CancellationToken cancellationToken) => RunAsync(
        [.. Arguments.Select(argument => argument.Replace("{revision}", revision, StringComparison.Ordinal))], cancellationToken);

    public Task<ErrandAnswer> RunAsync(CancellationToken cancellationToken) => RunAsync(null, cancellationToken);

    private IEnumerable<string> Arguments => job.Spec.Template.Spec.Template.Spec.Containers.FirstOrDefault()?.Args ?? [];

    private async Task<ErrandAnswer> RunAsync(IReadOnlyList<string>? arguments, CancellationToken cancellationToken)
    {
        await PutInPlaceAsync(cancellationToken);
        var execution = await api.RunJobAsync(job.Name, arguments, cancellationToken);
        var began = clock.GetTimestamp();
        while (true)
        {
            var now = await api.FindExecutionAsync(execution.Name, cancellationToken) ?? execution;
            if (now.Status?.Conditions?.FirstOrDefault(condition => condition.Type is "Completed") is { Status: "True" or "False" } completed)
                return completed.Status is "True"
                    ? new(true, $"the execution '{execution.Name}' has completed")
                    : new(false, $"the execution '{execution.Name}' has failed: {completed.Message ?? completed.Reason}{(now.Status.LogUri is { } log ? $"; its log: {log}" : "")}");
            if (clock.GetElapsedTime(began) > limit) return new(false, $"the execution '{execution.Name}' has not ended within {limit.TotalSeconds:0} s");
            await Task.Delay(pace, clock, cancellationToken);
        }
    }

    /// <summary>Whoever puts another one in its place at the same moment has won; the next reading decides anew.</summary>
    private async Task PutInPlaceAsync(CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
            try
            {
                var live = await api.FindJobAsync(job.Name, cancellationToken);
                if (live is null) await api.CreateJobAsync(job, cancellationToken);
                else await api.ReplaceJobAsync(job with { Metadata = job.Metadata with { ResourceVersion = live.Metadata.ResourceVersion } }, cancellationToken);
                return;
            }
            catch (ApiException exception) when (attempt < attempts && exception.Fault is ApiFault.Conflict or ApiFault.Unknown)
            {
                await Task.Delay(pace, clock, cancellationToken);
            }
    }
}
