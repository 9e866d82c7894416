using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Readiness.Tests;

/// <summary>A simulated clock that tells for how long its latest timer was armed, so that a rest is read and not guessed from when it ends.</summary>
internal sealed class ArmedClock() : FakeTimeProvider(DateTimeOffset.UnixEpoch)
{
    private readonly Lock _gate = new(); // guards _latest
    private TimeSpan _latest;

    public TimeSpan Latest { get { lock (_gate) return _latest; } }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate) _latest = dueTime;
        return base.CreateTimer(callback, state, dueTime, period);
    }
}
