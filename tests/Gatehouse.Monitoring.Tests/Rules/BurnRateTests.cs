namespace Gatehouse.Monitoring.Tests.Rules;

public sealed class BurnRateTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>Worked out by hand: share × period / window.</summary>
    [Theory]
    [InlineData(30, "2", "1h", "14.4")]
    [InlineData(30, "5", "6h", "6")]
    [InlineData(30, "10", "1d", "3")]
    [InlineData(30, "10", "3d", "1")]
    [InlineData(28, "2", "1h", "13.44")]
    [InlineData(28, "5", "6h", "5.6")]
    [InlineData(28, "10", "1d", "2.8")]
    [InlineData(28, "10", "3d", "0.9333333333")]
    [InlineData(7, "2", "1h", "3.36")]
    [InlineData(7, "5", "6h", "1.4")]
    [InlineData(7, "10", "1d", "0.7")]
    [InlineData(7, "10", "3d", "0.2333333333")]
    public void The_factor_follows_from_share_period_and_window(int days, string budgetPercent, string window, string factor) => Assert.Equal(
        factor, PromQl.Number(BurnRate.Factor(decimal.Parse(budgetPercent), PromQl.ReadDuration(window)!.Value, TimeSpan.FromDays(days))));

    [Theory]
    [InlineData("99.9", "2", "1h", 51.84)]
    [InlineData("99.9", "5", "6h", 129.6)]
    [InlineData("99.9", "10", "1d", 259.2)]
    [InlineData("99.9", "10", "3d", 259.2)]
    [InlineData("99.5", "2", "1h", 259.2)]
    [InlineData("99.5", "5", "6h", 648)]
    [InlineData("99.5", "10", "1d", 1296)]
    public void A_total_outage_is_told_after_so_many_seconds(string percent, string budgetPercent, string window, double seconds)
    {
        var burn = new Burn(decimal.Parse(budgetPercent), PromQl.ReadDuration(window)!.Value, Severity.Page);

        Assert.Equal(seconds, BurnRate.TimeToFire(new(decimal.Parse(percent), 1), burn, Month).TotalSeconds, tolerance: 0.001);
    }

    [Theory]
    [InlineData("1h", "5m")]
    [InlineData("6h", "30m")]
    [InlineData("1d", "2h")]
    [InlineData("3d", "6h")]
    public void The_short_window_is_a_twelfth(string window, string expected) =>
        Assert.Equal(expected, PromQl.Duration(BurnRate.ShortWindow(PromQl.ReadDuration(window)!.Value)));

    [Theory]
    [InlineData("90m")]
    [InlineData("45s")]
    [InlineData("2d")]
    public void A_duration_is_read_as_it_is_written(string text) => Assert.Equal(text, PromQl.Duration(PromQl.ReadDuration(text)!.Value));

    [Theory]
    [InlineData("1w")]
    [InlineData("h")]
    [InlineData("-1h")]
    [InlineData("0h")]
    [InlineData("1.5h")]
    public void What_is_no_duration_is_none(string text) => Assert.Null(PromQl.ReadDuration(text));

    [Fact]
    public void The_rules_of_another_period_have_other_thresholds()
    {
        var week = PrometheusRules.Write(Shipped.Slo with { Period = TimeSpan.FromDays(7) });

        Assert.Contains("ratio_rate1h > 0.00336\n", week);
        Assert.DoesNotContain("0.0144", week);
    }
}
