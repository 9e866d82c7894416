namespace Gatehouse.Cli.Probe;

/// <summary>How many walks a run makes, and what it must keep.</summary>
internal sealed record RunSettings
{
    public int Count { get; init; } = 1;

    /// <summary>How many walks begin in a second, whether or not those before have ended; null: one after another.</summary>
    public double? Rate { get; init; }

    public FailureThreshold MaxFailed { get; init; } = FailureThreshold.None;

    public IReadOnlyList<TimeThreshold> MaxTimes { get; init; } = [];
}
