namespace Gatehouse.Readiness;

/// <summary>
/// How long a crashed monitor rests: 1 s doubling to 30 s, spread by a fifth. After five restarts within 60 s it is parked
/// and tried only once a minute, until a run ends without a crash. Pure arithmetic over the monotonic clock.
/// </summary>
internal sealed class RestartSchedule(TimeProvider clock, Func<double> random)
{
    public const int MostRestarts = 5;
    public static readonly TimeSpan Within = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan SlowRetry = TimeSpan.FromSeconds(60);

    private static readonly Retry Rest = Retry.Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    private readonly Queue<long> _crashes = new();
    private int _inARow;

    public bool IsParked { get; private set; }

    public TimeSpan Crashed(long now)
    {
        while (_crashes.TryPeek(out var oldest) && clock.GetElapsedTime(oldest, now) > Within) _crashes.Dequeue();
        if (_crashes.Count == 0 && !IsParked) _inARow = 0;
        _crashes.Enqueue(now);
        _inARow++;
        if (_crashes.Count > MostRestarts) IsParked = true;
        return IsParked ? Retry.Spread(SlowRetry, Rest.Jitter, random()) : Rest.Delay(_inARow, random());
    }

    /// <summary>
    /// A run ended without a crash. A parked monitor is back at its pace; the delays of one that merely works between its
    /// crashes go on growing, since crashes are forgotten only when they are older than the window.
    /// </summary>
    public void Recovered()
    {
        if (!IsParked) return;
        IsParked = false;
        _crashes.Clear();
        _inARow = 0;
    }
}
