namespace Gatehouse.CloudRun.Resources;

/// <summary>Work with an end, as a migration; each run of it is an <see cref="Execution"/>. Cloud Run only: Knative has no jobs.</summary>
public sealed record Job : Resource
{
    public JobSpec Spec { get; init => field = value ?? new(); } = new();

    public JobStatus? Status { get; init; }
}

public sealed record JobSpec : ResourcePart
{
    public ExecutionTemplate Template { get; init => field = value ?? new(); } = new();
}

public sealed record JobStatus : ResourcePart
{
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    public int? ExecutionCount { get; init; }

    public ExecutionReference? LatestCreatedExecution { get; init; }
}

public sealed record ExecutionReference : ResourcePart
{
    public string? Name { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public DateTimeOffset? CompletionTimestamp { get; init; }
}

public sealed record ExecutionTemplate : ResourcePart
{
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public ExecutionSpec Spec { get; init => field = value ?? new(); } = new();
}

public sealed record ExecutionSpec : ResourcePart
{
    /// <summary>1 if left out.</summary>
    public int? TaskCount { get; init; }

    /// <summary>How many tasks run at once; all if left out.</summary>
    public int? Parallelism { get; init; }

    public TaskTemplate Template { get; init => field = value ?? new(); } = new();
}

public sealed record TaskTemplate : ResourcePart
{
    public TaskSpec Spec { get; init => field = value ?? new(); } = new();
}

public sealed record TaskSpec : ResourcePart
{
    public IReadOnlyList<Container> Containers { get; init => field = value ?? []; } = [];

    /// <summary>3 if left out: a task may run more than once, so that it must be idempotent.</summary>
    public int? MaxRetries { get; init; }

    /// <summary>600 if left out. A string of digits in what the API sends.</summary>
    public long? TimeoutSeconds { get; init; }

    public string? ServiceAccountName { get; init; }
}

public sealed record Execution : Resource
{
    public ExecutionSpec Spec { get; init => field = value ?? new(); } = new();

    public ExecutionStatus? Status { get; init; }
}

public sealed record ExecutionStatus : ResourcePart
{
    public long? ObservedGeneration { get; init; }

    /// <summary>Over when <c>Completed</c> is <c>True</c> or <c>False</c>.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    public DateTimeOffset? StartTime { get; init; }

    public DateTimeOffset? CompletionTime { get; init; }

    public int? RunningCount { get; init; }

    public int? SucceededCount { get; init; }

    public int? FailedCount { get; init; }

    public int? CancelledCount { get; init; }

    public int? RetriedCount { get; init; }

    public string? LogUri { get; init; }
}
