namespace Gatehouse.Log.Redis;

/// <summary>How patient the connections to Redis are.</summary>
internal sealed record RedisTimings
{
    /// <summary>Pause between two echoes through the subscription connection. Default 3 s.</summary>
    public TimeSpan EchoEvery { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long an echo may take before the connection counts as dead. Default 2 s: a slow one costs a new connection, no more.</summary>
    public TimeSpan EchoWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Pause before the first attempt to open a new subscription connection; it doubles, up to 2 s. Default 100 ms.</summary>
    public TimeSpan Reopen { get; init; } = TimeSpan.FromMilliseconds(100);
}
