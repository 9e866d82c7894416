namespace Gatehouse.Runs;

/// <summary>
/// Wakes the owners that stream. They all want to be woken at the same few moments (<see cref="OwnerRules.NextAppend"/>), so that one timer
/// serves them and what they append goes out together.
/// </summary>
internal sealed class Beat(TimeProvider clock) : IDisposable
{
    private const int Together = 64;        // on one thread, before another is asked to help

    private readonly Lock _gate = new();    // guards all below
    private readonly PriorityQueue<Action, long> _waiting = new();      // by the monotonic clock
    private ITimer? _timer;
    private long _setFor = long.MaxValue;

    /// <summary>Calls <paramref name="wake"/> a little later, together with others. It cannot be taken back.</summary>
    public void Wake(Action wake, TimeSpan after)
    {
        var due = clock.GetTimestamp() + (long)(after.TotalSeconds * clock.TimestampFrequency);
        lock (_gate)
        {
            _waiting.Enqueue(wake, due);
            if (due < _setFor) SetLocked(due);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void SetLocked(long due)
    {
        _setFor = due;
        _timer ??= clock.CreateTimer(static beat => ((Beat)beat!).Strike(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var left = due - clock.GetTimestamp();
        _timer.Change(TimeSpan.FromMilliseconds(left <= 0 ? 0 : Math.Ceiling(left * 1000d / clock.TimestampFrequency)), Timeout.InfiniteTimeSpan);
    }

    private void Strike()
    {
        var struck = new List<Action>();
        var now = clock.GetTimestamp();
        lock (_gate)
        {
            while (_waiting.TryPeek(out var wake, out var due) && due <= now)
            {
                _waiting.Dequeue();
                struck.Add(wake);
            }
            _setFor = long.MaxValue;
            if (_waiting.TryPeek(out _, out var next)) SetLocked(next);
        }
        for (var first = Together; first < struck.Count; first += Together)
            ThreadPool.UnsafeQueueUserWorkItem(static some => Wake(some.struck, some.first), (struck, first), preferLocal: false);
        Wake(struck, first: 0);
    }

    private static void Wake(List<Action> struck, int first)
    {
        for (var i = first; i < Math.Min(first + Together, struck.Count); i++) struck[i]();
    }
}
