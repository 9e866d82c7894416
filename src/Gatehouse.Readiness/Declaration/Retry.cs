namespace Gatehouse.Readiness;

/// <summary>
/// How long a node that failed during start-up rests before it is checked again. Retries never give up: the process stays,
/// names the culprit and heals when the world does.
/// </summary>
public sealed record Retry
{
    private Retry(TimeSpan first, TimeSpan ceiling)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(first, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ceiling, first);
        First = first;
        Ceiling = ceiling;
    }

    /// <summary>250 ms doubling to 5 s: quick enough for a database that is a moment late, gentle to one that is down.</summary>
    public static Retry Default { get; } = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(5));

    /// <summary>The rest after the first failure.</summary>
    public TimeSpan First { get; }

    /// <summary>The longest rest.</summary>
    public TimeSpan Ceiling { get; }

    /// <summary>
    /// The share by which a rest is spread to either side, from 0 to 1. Default 0.2, so that instances which failed together
    /// do not come back together.
    /// </summary>
    public double Jitter { get; init => field = Share(value); } = 0.2;

    /// <summary>The same rest after every failure.</summary>
    public static Retry Every(TimeSpan interval) => new(interval, interval);

    /// <summary>A rest that doubles with each failure, up to a ceiling.</summary>
    public static Retry Backoff(TimeSpan first, TimeSpan ceiling) => new(first, ceiling);

    /// <summary>The rest after so many failures in a row.</summary>
    /// <param name="failures">At least 1.</param>
    /// <param name="random">From 0 (shortest) to 1 (longest).</param>
    internal TimeSpan Delay(int failures, double random)
    {
        // 2^30 of the smallest rest passes every ceiling; capping the exponent keeps the arithmetic finite.
        var doubled = First * Math.Pow(2, Math.Clamp(failures - 1, 0, 30));
        return Spread(doubled < Ceiling ? doubled : Ceiling, Jitter, random);
    }

    internal static TimeSpan Spread(TimeSpan rest, double jitter, double random) => rest * (1 + jitter * (2 * random - 1));

    private static double Share(double value) => value is >= 0 and <= 1 ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "Jitter is a share from 0 to 1.");
}
