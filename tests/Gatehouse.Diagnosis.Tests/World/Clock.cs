namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>The world's time: seconds since the instance was started.</summary>
public static class Clock
{
    public static readonly DateTimeOffset Birth = new(2026, 11, 20, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Birth.AddMilliseconds(Math.Round(seconds * 1000));

    public static double Of(DateTimeOffset at) => (at - Birth).TotalSeconds;
}
