namespace Gatehouse.LocalRun.Events;

/// <summary>Something that has happened in the local cloud; <see cref="At"/> is the platform's time.</summary>
public abstract record CloudEvent
{
    public DateTimeOffset At { get; internal set; }
}

/// <summary>How grave a line of the log is, by the platform's names.</summary>
public enum LogSeverity { Default, Info, Warning, Error }

/// <summary>A line of the log: the platform's words, or what an instance has written.</summary>
/// <param name="Service">Or the job.</param>
/// <param name="Revision">Or the execution. Null where the line is not about one.</param>
/// <param name="Instance">Null where the line is not about one.</param>
/// <param name="IsOutput">Whether the instance itself has written it.</param>
public sealed record LogWritten(LogSeverity Severity, string Service, string? Revision, string? Instance, string Text, bool IsOutput = false) : CloudEvent;

/// <summary>A service was created, replaced or deleted through the API.</summary>
public sealed record ServiceChanged(string Service, string Change) : CloudEvent;

public sealed record RevisionCreated(string Service, string Revision) : CloudEvent;

public sealed record RevisionReady(string Service, string Revision) : CloudEvent;

public sealed record RevisionFailed(string Service, string Revision, string Reason, string Message) : CloudEvent;

public sealed record RevisionDeleted(string Service, string Revision) : CloudEvent;

/// <summary>What now holds, a share and its revision each; tags that have no share are 0.</summary>
public sealed record TrafficChanged(string Service, IReadOnlyList<TrafficShare> Traffic) : CloudEvent;

public sealed record TrafficShare(string Revision, int Percent, string? Tag);

/// <summary>A process has been started; its probe has not passed yet.</summary>
public sealed record InstanceStarting(string Revision, string Instance, int ProcessId, int Port) : CloudEvent;

/// <summary>The start-up probe has passed.</summary>
public sealed record InstanceReady(string Revision, string Instance, TimeSpan StartUp) : CloudEvent;

/// <summary>The readiness probe's verdict has changed.</summary>
public sealed record InstanceReadinessChanged(string Revision, string Instance, bool IsReady) : CloudEvent;

/// <summary>It was told to end (<c>SIGTERM</c>), or is killed at once (<c>SIGKILL</c>).</summary>
public sealed record InstanceStopping(string Revision, string Instance, string Signal, string Why) : CloudEvent;

/// <summary>It is gone.</summary>
/// <param name="ExitCode">128 and the signal's number where a signal ended it; null if it never ran.</param>
public sealed record InstanceEnded(string Revision, string Instance, int? ExitCode, string Why) : CloudEvent;

/// <summary>One attempt of a probe.</summary>
/// <param name="Kind"><c>STARTUP</c>, <c>LIVENESS</c> or <c>READINESS</c>.</param>
/// <param name="Consecutive">How often in a row it has come out like this.</param>
/// <param name="Detail">What was wrong; null if it succeeded.</param>
public sealed record ProbeTried(string Revision, string Instance, string Kind, bool Succeeded, int Consecutive, string? Detail) : CloudEvent;

/// <summary>A request has got its place on an instance and is passed on to it.</summary>
/// <param name="Waited">How long it was held.</param>
public sealed record RequestAdmitted(string Service, string Revision, string Instance, string Method, string Path, TimeSpan Waited) : CloudEvent;

/// <summary>A request has been answered, by an instance or by the front end.</summary>
/// <param name="Why">The front end's log text; null if the answer is the instance's own.</param>
public sealed record RequestAnswered(
    string? Service, string? Revision, string? Instance, string Method, string Path, int Status, TimeSpan Latency, string? Why) : CloudEvent;

/// <summary>A WebSocket was opened.</summary>
public sealed record SocketOpened(string Service, string Revision, string Instance, string Path) : CloudEvent;

/// <summary>A WebSocket has ended.</summary>
/// <param name="Cut">Why the front end cut it; null if a peer ended it.</param>
public sealed record SocketClosed(string Service, string Revision, string Instance, string Path, TimeSpan Lived, string? Cut) : CloudEvent;

/// <summary>A job's execution or one of its tasks has begun or ended.</summary>
/// <param name="Task">Null for the whole execution.</param>
/// <param name="Change"><c>started</c>, <c>retried</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c>.</param>
public sealed record ExecutionChanged(string Job, string Execution, int? Task, string Change) : CloudEvent;
