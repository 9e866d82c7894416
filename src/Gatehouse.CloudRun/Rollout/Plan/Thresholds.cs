namespace Gatehouse.CloudRun.Rollout;

/// <summary>What a candidate must keep. Shares are from 0 to 1.</summary>
public sealed record Thresholds
{
    /// <summary>Upgrades that succeed, at least. Default 1, all of them; the incident's target was over 0.95.</summary>
    public double UpgradeSuccess { get; init; } = 1;

    /// <summary>From the deployment of the revision until it is ready, at most. Default 45 s.</summary>
    public TimeSpan StartUp { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The server's own start, over which the report warns. Default 1 s.</summary>
    public TimeSpan StartUpWarning { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Health checks that succeed, at least. Default 1.</summary>
    public double HealthSuccess { get; init; } = 1;

    /// <summary>Upgrades and requests that are answered 503, at most. Default 0.</summary>
    public double ServiceUnavailable { get; init; }

    /// <summary>Chat turns that end well, at least. Default 1.</summary>
    public double TurnSuccess { get; init; } = 1;

    /// <summary>The candidate's time to the first event (p99) as a multiple of the old revision's, at most. Default 3.</summary>
    public double FirstEventFactor { get; init; } = 3;

    /// <summary>A time to the first event (p99) that is always good enough. Default 250 ms: three times very little is still very little.</summary>
    public TimeSpan FirstEventFloor { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Held sockets that drop, at most. Default 0.</summary>
    public int Dropped { get; init; }

    /// <summary>Growth of an instance's memory while it is watched, at most; of what it had at first. Default 0.5, half as much again.</summary>
    public double MemoryGrowth { get; init; } = 0.5;

    /// <summary>A growth that is no matter. Default 64 MiB: a runtime that warms up grows.</summary>
    public long MemoryFloorBytes { get; init; } = 64L << 20;
}
