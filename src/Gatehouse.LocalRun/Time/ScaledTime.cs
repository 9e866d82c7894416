namespace Gatehouse.LocalRun.Time;

/// <summary>The platform's clock: it runs <paramref name="scale"/> times as fast as the real one, so that every period passes sooner.</summary>
internal sealed class ScaledTime(TimeProvider real, double scale) : TimeProvider
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);      // less is taken for 0 by timers

    private readonly DateTimeOffset _began = real.GetUtcNow();
    private readonly long _beganAt = real.GetTimestamp();

    public override long TimestampFrequency => real.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _began + scale * real.GetElapsedTime(_beganAt);

    public override long GetTimestamp() => (long)(scale * (real.GetTimestamp() - _beganAt));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period)));

    private TimeSpan ToReal(TimeSpan span)
    {
        if (span <= TimeSpan.Zero) return span;
        var shrunk = span / scale;
        return shrunk < Shortest ? Shortest : shrunk;
    }

    private sealed class ScaledTimer(ScaledTime time, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(time.ToReal(dueTime), time.ToReal(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
