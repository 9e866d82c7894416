using System.Globalization;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;

namespace Gatehouse.LocalRun.Jobs;

/// <summary>One task of an execution: its process is run again, up to <c>maxRetries</c> times, until it ends with 0.</summary>
internal sealed class TaskRun(string job, string execution, int index, ExecutionSpec spec, Platform platform)
{
    private const int DefaultRetries = 3;
    private const int DefaultTimeoutSeconds = 600;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    public int Index => index;

    public int Attempt { get; private set; }

    /// <summary>Of the last attempt; null while it runs, or when it could not be run.</summary>
    public int? ExitCode { get; private set; }

    public TaskState State { get; private set; } = TaskState.Waiting;

    public async Task RunAsync(Action changed, CancellationToken cancelled)
    {
        var task = spec.Template.Spec;
        var limit = TimeSpan.FromSeconds(task.TimeoutSeconds ?? DefaultTimeoutSeconds);
        for (Attempt = 0; ; Attempt++)
        {
            Tell(TaskState.Running, Attempt is 0 ? "started" : "retried", changed);
            ExitCode = await AttemptAsync(task.Containers[0], limit, cancelled);
            if (cancelled.IsCancellationRequested)
            {
                Tell(TaskState.Cancelled, "cancelled", changed);
                return;
            }
            if (ExitCode is 0)
            {
                Tell(TaskState.Succeeded, "succeeded", changed);
                return;
            }
            if (Attempt >= (task.MaxRetries ?? DefaultRetries))
            {
                Tell(TaskState.Failed, "failed", changed);
                return;
            }
        }
    }

    private async Task<int?> AttemptAsync(Container container, TimeSpan limit, CancellationToken cancelled)
    {
        var name = FormattableString.Invariant($"{execution}/{index}");
        try
        {
            var process = ContainerProcess.Start(new(platform.Image(container.Image), container.Args ?? [], Environment(container)), platform.Watchdog,
                line => platform.Events.Add(new LogWritten(LogSeverity.Default, job, execution, name, line, IsOutput: true)));
            using var over = new CancellationTokenSource(limit, platform.Clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancelled);
            try
            {
                return await process.Ended.WaitAsync(either.Token);
            }
            catch (OperationCanceledException)
            {
                if (!cancelled.IsCancellationRequested) platform.Events.Log(LogSeverity.Error, job, execution, name, $"The task took longer than {limit.TotalSeconds} s and was ended.");
                return await EndAsync(process);
            }
        }
        catch (ContainerStartException exception)
        {
            platform.Events.Log(LogSeverity.Error, job, execution, name, exception.Message);
            return null;
        }
    }

    private async Task<int?> EndAsync(ContainerProcess process)
    {
        process.Terminate();
        using var grace = new CancellationTokenSource(Grace, platform.Clock);
        await ((Task)process.Ended).WaitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        process.Kill();
        var code = await process.Ended;
        return code is 0 ? null : code;         // too late to have succeeded
    }

    private Dictionary<string, string> Environment(Container container)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var variable in container.Env ?? []) environment[variable.Name] = variable.Value ?? "";
        environment["CLOUD_RUN_JOB"] = job;
        environment["CLOUD_RUN_EXECUTION"] = execution;
        environment["CLOUD_RUN_TASK_INDEX"] = index.ToString(CultureInfo.InvariantCulture);
        environment["CLOUD_RUN_TASK_ATTEMPT"] = Attempt.ToString(CultureInfo.InvariantCulture);
        environment["CLOUD_RUN_TASK_COUNT"] = (spec.TaskCount ?? 1).ToString(CultureInfo.InvariantCulture);
        return environment;
    }

    private void Tell(TaskState state, string change, Action changed)
    {
        State = state;
        platform.Events.Add(new ExecutionChanged(job, execution, index, change));
        changed();
    }
}

internal enum TaskState { Waiting, Running, Succeeded, Failed, Cancelled }
