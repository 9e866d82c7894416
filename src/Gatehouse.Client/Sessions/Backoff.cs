namespace Gatehouse.Client;

/// <summary>Full jitter (docs/protocol.md §7): random between 0 and min(30 s, base × 2^n).</summary>
internal sealed class Backoff(Func<double> random)
{
    private static readonly TimeSpan Ceiling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Stable = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Brake = TimeSpan.FromSeconds(10);
    private int _attempt;
    private TimeSpan? _lastAtOnce;

    /// <summary>The delay of the first step. The server's <c>reconnectMs</c>; 1 s before it has named one.</summary>
    public TimeSpan Base { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The delay before the next attempt.</summary>
    /// <param name="atLeast">The first step that may be used.</param>
    public TimeSpan Next(int atLeast)
    {
        _attempt = Math.Max(_attempt, atLeast);
        var ceiling = Base * Math.Pow(2, Math.Min(_attempt, 30));
        _attempt++;
        return (ceiling < Ceiling ? ceiling : Ceiling) * random();
    }

    /// <summary>The delay where the server asks for none: a server that always asks gets its way once in <see cref="Brake"/>.</summary>
    public TimeSpan AtOnce(TimeSpan now)
    {
        if (now - _lastAtOnce < Brake) return Next(0);
        _lastAtOnce = now;
        return TimeSpan.Zero;
    }

    /// <summary>A random part of <paramref name="spread"/>.</summary>
    public TimeSpan Within(TimeSpan spread) => spread * random();

    /// <summary>Tells how long a connection lasted, counted from its welcome.</summary>
    public void Lasted(TimeSpan time)
    {
        if (time >= Stable) _attempt = 0;
    }
}
