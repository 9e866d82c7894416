namespace Gatehouse.Diagnosis;

/// <summary>A jump of the wall clock against the monotonic one.</summary>
/// <param name="At">When it was noticed, by the new time.</param>
/// <param name="By">By how much; negative: backwards.</param>
public sealed record ClockJump(DateTimeOffset At, TimeSpan By);

/// <summary>The process itself. What is not known is null.</summary>
public sealed record ProcessEvidence
{
    /// <summary>When it was started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long the thread pool takes to begin with a work item.</summary>
    public TimeSpan? PoolDelay { get; init; }

    /// <summary>How many work items wait in the thread pool.</summary>
    public long? PoolQueue { get; init; }

    /// <summary>Since when the thread pool is slow.</summary>
    public DateTimeOffset? PoolSlowSince { get; init; }

    /// <summary>Memory in use, in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>The most that it may use, in bytes.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Jumps of the wall clock, a quarter of an hour of them at least.</summary>
    public IReadOnlyList<ClockJump> ClockJumps { get; init => field = value ?? []; } = [];

    /// <summary>The ports it listens on; empty if they are not known.</summary>
    public IReadOnlyList<int> Ports { get; init => field = value ?? []; } = [];

    /// <summary>The paths at which it answers probes; empty if they are not known.</summary>
    public IReadOnlyList<string> ProbePaths { get; init => field = value ?? []; } = [];
}
