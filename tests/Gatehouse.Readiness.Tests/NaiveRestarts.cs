namespace Gatehouse.Readiness.Tests;

/// <summary>What the manual says of restarts, in the simplest words: it keeps every crash and looks at all of them each time.</summary>
internal sealed class NaiveRestarts
{
    private static readonly TimeSpan Minute = TimeSpan.FromSeconds(60);

    private readonly List<DateTimeOffset> _crashes = [];

    public bool IsParked { get; private set; }

    /// <summary>Notes a crash.</summary>
    /// <returns>The rest after it, but for its jitter.</returns>
    public TimeSpan Crash(DateTimeOffset at)
    {
        _crashes.Add(at);
        if (_crashes.Count(crash => at - crash <= Minute) > 5) IsParked = true;
        return IsParked ? Minute : TimeSpan.FromSeconds(Math.Min(30, Math.Pow(2, InARow() - 1)));
    }

    /// <summary>Notes a run without a crash: a parked monitor begins anew.</summary>
    public void Survive()
    {
        if (IsParked) _crashes.Clear();
        IsParked = false;
    }

    private int InARow()
    {
        var first = _crashes.Count - 1;
        while (first > 0 && _crashes[first] - _crashes[first - 1] <= Minute) first--;
        return _crashes.Count - first;
    }
}
