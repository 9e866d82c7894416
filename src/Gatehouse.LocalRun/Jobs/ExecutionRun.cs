using System.Text.Json.Nodes;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Instances;
using Gatehouse.LocalRun.Services;

namespace Gatehouse.LocalRun.Jobs;

/// <summary>One run of a job: its tasks, as many at once as the job allows. Over when every task is.</summary>
internal sealed class ExecutionRun
{
    private readonly Job _job;
    private readonly string _name;
    private readonly ExecutionSpec _spec;
    private readonly Platform _platform;
    private readonly CancellationTokenSource _cancelled = new();
    private readonly Lock _gate = new();        // guards the two below
    private DateTimeOffset? _endedAt;
    private long _version = 1;
    private readonly IReadOnlyList<TaskRun> _tasks;
    private readonly DateTimeOffset _beganAt;
    private readonly string _uid = Guid.NewGuid().ToString();

    public ExecutionRun(Job job, string name, ExecutionSpec spec, Platform platform)
    {
        (_job, _name, _spec, _platform, _beganAt) = (job, name, spec, platform, platform.Clock.GetUtcNow());
        _tasks = [.. Enumerable.Range(0, Math.Max(1, spec.TaskCount ?? 1)).Select(index => new TaskRun(job.Name, name, index, spec, platform))];
    }

    public string Name => _name;

    public string JobName => _job.Name;

    public IReadOnlyDictionary<string, string> TaskLabels => new Dictionary<string, string>
    {
        ["run.googleapis.com/job"] = _job.Name,
        ["run.googleapis.com/execution"] = _name,
    };

    /// <summary>Done when it is over.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public bool Succeeded => _tasks.All(each => each.State is TaskState.Succeeded);

    public DateTimeOffset BeganAt => _beganAt;

    public DateTimeOffset? EndedAt
    {
        get { lock (_gate) return _endedAt; }
    }

    public void Start() => Ended = Task.Run(RunAsync);

    public void Cancel() => _cancelled.Cancel();

    public Execution ToResource(string project)
    {
        var isCancelled = _cancelled.IsCancellationRequested;
        lock (_gate)
        {
            var conditions = new Conditions(_endedAt ?? _beganAt);
            return new()
            {
                ApiVersion = ApiVersions.Jobs,
                Kind = "Execution",
                Metadata = new()
                {
                    Name = _name,
                    Namespace = project,
                    Uid = _uid,
                    Generation = 1,
                    ResourceVersion = _version.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    CreationTimestamp = _beganAt,
                    Labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["run.googleapis.com/job"] = _job.Name },
                },
                Spec = _spec,
                Status = new()
                {
                    ObservedGeneration = 1,
                    StartTime = _beganAt,
                    CompletionTime = _endedAt,
                    RunningCount = Count(TaskState.Running),
                    SucceededCount = Count(TaskState.Succeeded),
                    FailedCount = Count(TaskState.Failed),
                    CancelledCount = Count(TaskState.Cancelled),
                    RetriedCount = _tasks.Count(each => each.Attempt > 0) is > 0 and var retried ? retried : null,
                    Conditions = [Completed(conditions, isCancelled), new Conditions(_beganAt).True("ResourcesAvailable"), new Conditions(_beganAt).True("Started")],
                },
            };
        }
    }

    public JsonArray TasksToJson(string project) => new([.. _tasks.Select(task => new JsonObject
    {
        ["apiVersion"] = ApiVersions.Jobs,
        ["kind"] = "Task",
        ["metadata"] = new JsonObject
        {
            ["name"] = $"{_name}-task{task.Index}",
            ["namespace"] = project,
            ["labels"] = new JsonObject(TaskLabels.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value))),
        },
        ["status"] = new JsonObject
        {
            ["index"] = task.Index,
            ["retried"] = task.Attempt,
            ["lastAttemptResult"] = task.ExitCode is { } code ? new JsonObject { ["exitCode"] = code } : null,
        },
    })]);

    private Condition Completed(Conditions conditions, bool isCancelled)
    {
        if (_endedAt is null) return conditions.Unknown("Completed");
        if (Succeeded) return conditions.True("Completed");
        return isCancelled
            ? conditions.False("Completed", "Cancelled", "Execution cancelled by user.")
            : conditions.False("Completed", "NonZeroExitCode", $"Task {_name}-task{_tasks.First(each => each.State is not TaskState.Succeeded).Index} failed.");
    }

    private int? Count(TaskState state) => _tasks.Count(each => each.State == state) is > 0 and var count ? count : null;

    private async Task RunAsync()
    {
        _platform.Events.Add(new ExecutionChanged(_job.Name, _name, null, "started"));
        using var room = new SemaphoreSlim(Math.Clamp(_spec.Parallelism is > 0 and var most ? most : _tasks.Count, 1, _tasks.Count));
        await Task.WhenAll(_tasks.Select(task => RunAsync(task, room)));
        lock (_gate) _endedAt = _platform.Clock.GetUtcNow();
        _platform.Events.Add(new ExecutionChanged(_job.Name, _name, null,
            Succeeded ? "succeeded" : _cancelled.IsCancellationRequested ? "cancelled" : "failed"));
    }

    private async Task RunAsync(TaskRun task, SemaphoreSlim room)
    {
        await room.WaitAsync();
        try
        {
            await task.RunAsync(Changed, _cancelled.Token);
        }
        finally
        {
            room.Release();
        }
    }

    private void Changed()
    {
        lock (_gate) _version++;
    }
}
