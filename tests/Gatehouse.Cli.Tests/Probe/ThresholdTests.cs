using Gatehouse.Cli.Probe;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class ThresholdTests
{
    [Theory]
    [InlineData("total.p99=2s", null, 99, 2000)]
    [InlineData("upgrade=500ms", ProbeLayer.Upgrade, 100, 500)]
    [InlineData("turn.p99.9=1m", ProbeLayer.Turn, 99.9, 60_000)]
    public void Time_is_read(string text, ProbeLayer? layer, double percent, double milliseconds)
    {
        Assert.True(TimeThreshold.TryParse(text, out var threshold));
        Assert.Equal((layer, percent, TimeSpan.FromMilliseconds(milliseconds)), (threshold.Layer, threshold.Percent, threshold.Limit));
    }

    [Theory]
    [InlineData("total")]
    [InlineData("total=")]
    [InlineData("total=fast")]
    [InlineData("total.p0=1s")]
    [InlineData("total.p101=1s")]
    [InlineData("total.99=1s")]
    [InlineData("cable=1s")]
    [InlineData("0=1s")]
    [InlineData("total=1s=2s")]
    [InlineData("total=-1s")]
    public void What_is_no_time_threshold_is_refused(string text) => Assert.False(TimeThreshold.TryParse(text, out _));

    [Theory]
    [InlineData("0", 0, true)]
    [InlineData("0", 1, false)]
    [InlineData("1%", 1, true)]
    [InlineData("1%", 2, false)]
    [InlineData("0.5%", 1, false)]
    [InlineData("2", 2, true)]
    [InlineData("2", 3, false)]
    public void So_many_of_a_hundred_may_fail(string text, int failed, bool isKept)
    {
        Assert.True(FailureThreshold.TryParse(text, out var threshold));
        var tally = new Tally();
        for (var i = 0; i < 100; i++) tally.Add(Walked(i >= failed, 1));
        Assert.Equal(isKept, threshold.Judge(tally).IsKept);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("101%")]
    [InlineData("some")]
    public void What_is_no_number_of_failures_is_refused(string text) => Assert.False(FailureThreshold.TryParse(text, out _));

    [Fact]
    public void Nothing_walked_keeps_no_threshold()
    {
        Assert.False(FailureThreshold.None.Judge(new()).IsKept);
        Assert.True(TimeThreshold.TryParse("total=1s", out var time));
        Assert.False(time.Judge(new()).IsKept);
    }

    [Fact]
    public void Total_is_of_walks_that_passed_and_without_the_hold()
    {
        var tally = new Tally();
        tally.Add(Walked(true, 10));
        tally.Add(Walked(false, 5000));
        Assert.Equal(TimeSpan.FromMilliseconds(20), tally.Total[100]);
        Assert.Equal((2, 1), (tally.Walks, tally.Failed));
        Assert.Equal((1, 1), (tally[ProbeLayer.Upgrade].Passed, tally[ProbeLayer.Upgrade].Failed));
        Assert.Equal(ProbeLayer.Upgrade, Assert.Single(tally.Failures).Layer);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2000)]
    [InlineData("0.25s", 250)]
    [InlineData("1m", 60_000)]
    [InlineData("3", 3000)]
    [InlineData("0", 0)]
    public void Span_is_read(string text, double milliseconds)
    {
        Assert.True(SpanText.TryParse(text, out var span));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), span);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1h")]
    [InlineData("NaN")]
    [InlineData("2000000s")]
    [InlineData("1e3s")]
    public void What_is_no_span_is_refused(string text) => Assert.False(SpanText.TryParse(text, out _));

    /// <summary>Passes TCP, holds for a second, and passes or fails the upgrade.</summary>
    private static OutsideProbe Walked(bool passes, double milliseconds)
    {
        var took = TimeSpan.FromMilliseconds(milliseconds);
        return new()
        {
            Target = "ws://x/ws",
            At = default,
            Layers =
            [
                new(ProbeLayer.Tcp, LayerOutcome.Passed, took),
                new(ProbeLayer.Upgrade, passes ? LayerOutcome.Passed : LayerOutcome.Failed, took) { Signature = passes ? null : "timeout" },
                new(ProbeLayer.Hold, passes ? LayerOutcome.Passed : LayerOutcome.Skipped, TimeSpan.FromSeconds(1)),
            ],
        };
    }
}
