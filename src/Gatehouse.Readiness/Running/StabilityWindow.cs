namespace Gatehouse.Readiness;

/// <summary>
/// The unbroken window as a pure state machine over the monotonic clock. It opens at the first success after a break and is
/// complete when it holds enough successes and is long enough. A success whose check began before the latest break says
/// nothing about what came after, and is not counted.
/// </summary>
internal sealed class StabilityWindow(Stability stability, TimeProvider clock)
{
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestStep = TimeSpan.FromSeconds(1);

    private long? _openedAt;
    private long? _brokenAt;
    private bool _everBroken;
    private int _successes;
    private TimeSpan? _uptime;
    private TimeSpan _length;

    /// <summary>The first success since the last failure or break, by the monotonic clock; null while there is none.</summary>
    public long? OpenedAt => _openedAt;

    /// <summary>What broke the window last, while it is not complete again; null when nothing did.</summary>
    public string? BrokenBy { get; private set; }

    public void Break(string what, long now)
    {
        _everBroken = true;
        Reset(now);
        BrokenBy = what;
    }

    public void Fail(long now) => Reset(now);

    /// <summary>True when the peer's own uptime has shrunk since the last success.</summary>
    public bool ShowsRestart(CheckRun run) => run.Result.PeerUptime < _uptime;

    /// <summary>Counts a success; true when the window is complete.</summary>
    public bool Succeed(CheckRun run, int successesNeeded)
    {
        if (run.StartedAt < _brokenAt) return false;
        _uptime = run.Result.PeerUptime;
        if (_openedAt is null) (_openedAt, _length) = (run.EndedAt, LengthFor(run));
        _successes++;
        if (_successes < successesNeeded || clock.GetElapsedTime(_openedAt.Value, run.EndedAt) < _length) return false;
        BrokenBy = null;
        return true;
    }

    /// <summary>How long to rest before the check that may complete the window.</summary>
    public TimeSpan NextStep(long now, int successesNeeded)
    {
        if (_openedAt is not { } openedAt) return ShortestStep;
        var step = _length / Math.Max(1, successesNeeded - 1);
        var remaining = _length - clock.GetElapsedTime(openedAt, now);
        if (remaining > TimeSpan.Zero && remaining < step) step = remaining;
        return step < ShortestStep ? ShortestStep : step > LongestStep ? LongestStep : step;
    }

    /// <summary>Decided when the window opens: a peer that is young then does not earn the short window by growing old in it.</summary>
    private TimeSpan LengthFor(CheckRun run) =>
        !_everBroken && run.Result.PeerUptime >= stability.PeerTrustedAfter && stability.ShortWindow < stability.Window
            ? stability.ShortWindow
            : stability.Window;

    private void Reset(long now)
    {
        _openedAt = null;
        _brokenAt = now;
        _successes = 0;
    }
}
