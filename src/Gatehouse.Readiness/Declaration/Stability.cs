namespace Gatehouse.Readiness;

/// <summary>
/// How long a node must have been good without a break before it counts as ready. A failed check, a reported break or a
/// restarted peer starts the window again.
/// </summary>
public sealed record Stability
{
    private Stability(TimeSpan window, Func<IServiceProvider, ConnectionEvents?> events)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, TimeSpan.Zero);
        Window = window;
        Events = events;
    }

    /// <summary>The first success is enough: for what cannot flap, such as configuration.</summary>
    public static Stability Immediate { get; } = new(TimeSpan.Zero, static _ => null) { Successes = 1 };

    /// <summary>The window that a node must pass unless it has earned the short one.</summary>
    public TimeSpan Window { get; }

    /// <summary>
    /// The window of a node whose connection has shown no break and whose peer reports an uptime of at least
    /// <see cref="PeerTrustedAfter"/>. Default 250 ms, so that an ordinary start against a settled peer costs nothing.
    /// </summary>
    public TimeSpan ShortWindow { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long a peer must have been up to be trusted with the short window. Default 10 s.</summary>
    public TimeSpan PeerTrustedAfter { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many good checks the window must hold. Default 3: two could be the ends of an outage.</summary>
    public int Successes { get; init => field = AtLeastOne(value); } = 3;

    internal Func<IServiceProvider, ConnectionEvents?> Events { get; }

    /// <summary>An unbroken window of 10 s.</summary>
    public static Stability Unbroken() => Unbroken(TimeSpan.FromSeconds(10));

    /// <summary>An unbroken window, broken also by what the connection reports.</summary>
    public static Stability Unbroken(TimeSpan window, ConnectionEvents? events = null) => new(window, _ => events);

    /// <summary>An unbroken window whose connection is found in the services when the node starts.</summary>
    public static Stability Unbroken(TimeSpan window, Func<IServiceProvider, ConnectionEvents> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        return new(window, events);
    }

    private static int AtLeastOne(int value) => value >= 1 ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A window holds at least one success.");
}
