namespace Gatehouse.Diagnosis;

/// <summary>Which of its probes the platform asks by.</summary>
public enum PlatformProbeKind
{
    /// <summary>May it take traffic for the first time?</summary>
    Startup,

    /// <summary>Must it be killed?</summary>
    Liveness,

    /// <summary>May it take traffic now?</summary>
    Readiness,
}

/// <summary>One probe as the platform is told to ask it. What is not known is null.</summary>
public sealed record PlatformProbe
{
    /// <summary>Which one.</summary>
    public required PlatformProbeKind Kind { get; init; }

    /// <summary>The path it asks; null: it only connects.</summary>
    public string? Path { get; init; }

    /// <summary>The port it asks.</summary>
    public int? Port { get; init; }

    /// <summary>How long it waits before it asks first.</summary>
    public TimeSpan? InitialDelay { get; init; }

    /// <summary>How often it asks.</summary>
    public TimeSpan? Period { get; init; }

    /// <summary>How many failures in a row it takes as a no.</summary>
    public int? FailureThreshold { get; init; }

    /// <summary>The HTTP status of its latest answer; null if there was none.</summary>
    public int? Status { get; init; }
}

/// <summary>A line of the platform's log whose meaning is known.</summary>
/// <param name="At">When.</param>
/// <param name="Signature">What it means: <c>crash_loop</c>, <c>no_instance</c>, <c>probe_failed</c>, <c>oom_killed</c>, <c>malformed_response</c>, <c>request_timeout</c>, <c>backend_timeout</c> …</param>
/// <param name="Text">The line, without secrets.</param>
public sealed record PlatformLine(DateTimeOffset At, string Signature, string Text);

/// <summary>What the platform says of the service. What is not known is null.</summary>
public sealed record PlatformEvidence
{
    /// <summary>The platform, such as <c>cloudrun</c>.</summary>
    public string? Name { get; init; }

    /// <summary>How many instances serve.</summary>
    public int? Instances { get; init; }

    /// <summary>How often it started an instance anew in the last quarter of an hour.</summary>
    public int? Restarts { get; init; }

    /// <summary>The exit codes of instances that ended, the latest last.</summary>
    public IReadOnlyList<int> ExitCodes { get; init => field = value ?? []; } = [];

    /// <summary>How it probes.</summary>
    public IReadOnlyList<PlatformProbe> Probes { get; init => field = value ?? []; } = [];

    /// <summary>How long one request, and so one socket, may last.</summary>
    public TimeSpan? RequestTimeout { get; init; }

    /// <summary>Whether it speaks HTTP/2 to the service, to which a WebSocket upgrade of HTTP/1.1 is unknown.</summary>
    public bool? IsHttp2EndToEnd { get; init; }

    /// <summary>Lines of its log that say something.</summary>
    public IReadOnlyList<PlatformLine> Lines { get; init => field = value ?? []; } = [];
}
