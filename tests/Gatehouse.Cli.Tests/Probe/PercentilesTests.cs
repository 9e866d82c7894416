using Gatehouse.Cli.Probe;

namespace Gatehouse.Cli.Tests.Probe;

public sealed class PercentilesTests
{
    [Theory]
    [InlineData(4, 50, 2)]          // the smallest that half are not above
    [InlineData(4, 25, 1)]
    [InlineData(4, 25.1, 2)]
    [InlineData(4, 100, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(100, 99, 99)]
    [InlineData(101, 99, 100)]
    [InlineData(1000, 99.9, 999)]
    public void Rank_is_the_nearest(int count, double percent, int milliseconds)
    {
        var percentiles = new Percentiles();
        var values = Enumerable.Range(1, count).ToArray();
        new Random(count).Shuffle(values);
        foreach (var value in values) percentiles.Add(TimeSpan.FromMilliseconds(value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), percentiles[percent]);
    }

    [Fact]
    public void It_is_the_same_as_counting()
    {
        var random = new Random(7);
        for (var time = 0; time < 500; time++)
        {
            var percentiles = new Percentiles();
            var all = Enumerable.Range(0, random.Next(1, 60)).Select(_ => TimeSpan.FromMilliseconds(random.Next(0, 20))).ToList();
            foreach (var one in all) percentiles.Add(one);
            var percent = random.Next(1, 101);
            // The definition, word for word: the smallest value with at least that share at or below it.
            Assert.Equal(all.Where(value => 100 * all.Count(other => other <= value) >= percent * all.Count).Min(), percentiles[percent]);
        }
    }

    [Fact]
    public void None_has_no_percentile_and_one_more_is_counted_in()
    {
        var percentiles = new Percentiles();
        Assert.Null(percentiles[50]);
        percentiles.Add(TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(2), percentiles[50]);
        percentiles.Add(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(1), percentiles[50]);
    }
}
