namespace Gatehouse.LocalRun.Tests;

internal static class Took
{
    /// <summary>In the platform's time. A timer may be early by its grain, and scaled time makes a grain of a millisecond larger.</summary>
    public static void AtLeast(TimeSpan period, TimeSpan taken) => Assert.True(taken >= 0.95 * period, $"{taken} is less than {period}");
}
