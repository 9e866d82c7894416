namespace Gatehouse.Readiness;

/// <summary>The finer rules of one node; the defaults fit most.</summary>
public sealed record NodePolicy
{
    /// <summary>The policy of a node that declares none.</summary>
    public static NodePolicy Default { get; } = new();

    /// <summary>How long one check may take before it is abandoned. Default 5 s: longer than a slow round trip, shorter than an outage.</summary>
    public TimeSpan Timeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long the node's stop may take before it is left behind. Default 5 s: half of the ten seconds that a platform leaves a
    /// process to end in.
    /// </summary>
    public TimeSpan StopTimeout { get; init => field = Positive(value); } = TimeSpan.FromSeconds(5);

    /// <summary>A good check that takes longer than this makes the node degraded, never failed: slow is not down. Default 1 s.</summary>
    public TimeSpan SlowAfter { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether a node whose check answers degraded is up. Default true: it does its job, and the probes show how. False makes that answer
    /// a failure like any other, for a ready-made health check that says degraded where this process cannot work. A good check that is
    /// merely slow stays degraded either way.
    /// </summary>
    public bool DegradedIsUp { get; init; } = true;

    /// <summary>
    /// Whether the process can be ready without the node. Null, the default, lets the edges decide: a node is required unless
    /// every edge onto it is soft or informational, or comes from a node that is not required itself.
    /// </summary>
    public bool? Required { get; init; }

    /// <summary>What the front door does when the node falls after the start. Default: refuse.</summary>
    public WhenDown WhenDown { get; init; } = WhenDown.Refuse;

    /// <summary>The pause between two checks of a ready node. Default 10 s.</summary>
    public TimeSpan Pace { get; init => field = Positive(value); } = TimeSpan.FromSeconds(10);

    /// <summary>The pause between two checks of a node that was ready and is in doubt or down. Default 1 s.</summary>
    public TimeSpan PaceInDoubt { get; init => field = Positive(value); } = TimeSpan.FromSeconds(1);

    /// <summary>How many failures in a row make a ready node fall. Default 3: one may be chance, two a hiccup.</summary>
    public int FallAfter { get; init => field = AtLeastOne(value); } = 3;

    /// <summary>How many successes in a row, besides stability, raise a fallen node. Default 2.</summary>
    public int RiseAfter { get; init => field = AtLeastOne(value); } = 2;

    private static TimeSpan Positive(TimeSpan value) => value > TimeSpan.Zero ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be positive.");

    private static int AtLeastOne(int value) => value >= 1 ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Must be at least 1.");
}
