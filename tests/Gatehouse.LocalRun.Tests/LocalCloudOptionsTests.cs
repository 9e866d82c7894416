namespace Gatehouse.LocalRun.Tests;

public sealed class LocalCloudOptionsTests
{
    [Fact]
    public void Nothing_is_scaled_and_no_image_known_by_default()
    {
        var options = new LocalCloudOptions();
        Assert.Equal((8080, 1.0, "local", 0), (options.Port, options.TimeScale, options.Project, options.Images.Count));
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(1e9)]
    public async Task A_scale_that_no_clock_can_keep_is_refused(double scale) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LocalCloud.StartAsync(new() { Port = 0, TimeScale = scale }, TestContext.Current.CancellationToken));

    [Fact]
    public async Task A_scale_that_makes_periods_longer_than_a_timer_may_be_does_no_harm()
    {
        using var cancelled = new CancellationTokenSource(TimeSpan.FromDays(1), new Time.ScaledTime(TimeProvider.System, 1e-300));
        Assert.False(cancelled.IsCancellationRequested);
        await cancelled.CancelAsync();
    }
}
