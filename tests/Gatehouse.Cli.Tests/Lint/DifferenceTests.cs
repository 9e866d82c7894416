using Gatehouse.Cli.Lint;

namespace Gatehouse.Cli.Tests.Lint;

public sealed class DifferenceTests
{
    [Theory]
    [InlineData("", "a\n")]
    [InlineData("a\n", "")]
    [InlineData("a\nb\nc\n", "a\nx\nc\n")]
    [InlineData("a", "a\nb")]
    [InlineData("a\nb", "a\nb\n")]
    public void A_difference_applied_gives_the_new_text(string before, string after) => Assert.Equal(after, Patch.Apply(before, Difference.Write("f", before, after)));

    [Fact]
    public void Random_changes_are_told_as_they_are()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var before = Enumerable.Range(0, random.Next(60)).Select(_ => $"{random.Next(6)}").ToList();
            var after = before.ToList();
            for (var change = random.Next(8); change > 0; change--)
            {
                var at = random.Next(after.Count + 1);
                if (random.Next(2) is 0 && at < after.Count) after.RemoveAt(at);
                else after.Insert(at, $"{random.Next(6)}");
            }
            var (old, now) = (Text(before), Text(after));
            if (old != now) Assert.Equal(now, Patch.Apply(old, Difference.Write("f", old, now)));
        }
        string Text(List<string> lines) => string.Join('\n', lines) + (random.Next(2) is 0 ? "" : "\n");
    }

    [Fact]
    public void The_same_text_has_none() => Assert.Equal("", Difference.Write("f", "a\n", "a\n"));
}
