namespace Gatehouse.LocalRun.Time;

/// <summary>The platform's clock: it runs <paramref name="scale"/> times as fast as the real one, so that every period passes sooner.</summary>
internal sealed class ScaledTime(TimeProvider real, double scale) : TimeProvider
{
    public const double Most = 100_000;

    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);               // more is too much for timers
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);      // less is taken for 0 by timers

    private readonly DateTimeOffset _began = real.GetUtcNow();
    private readonly long _beganAt = real.GetTimestamp();

    /// <summary>False for what is no number too.</summary>
    public static bool Allows(double scale) => scale is > 0 and <= Most;

    public override long TimestampFrequency => real.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => _began + scale * real.GetElapsedTime(_beganAt);

    public override long GetTimestamp() => (long)(scale * (real.GetTimestamp() - _beganAt));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new ScaledTimer(this, real.CreateTimer(callback, state, ToReal(dueTime), ToReal(period)));

    private TimeSpan ToReal(TimeSpan span)
    {
        if (span <= TimeSpan.Zero) return span;
        if (span.TotalDays / scale > Longest.TotalDays) return Longest;
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
