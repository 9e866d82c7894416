namespace Gatehouse.Readiness.Tests;

/// <summary>The awaited parents of a node against a plain list.</summary>
public sealed class AwaitedTests
{
    [Fact]
    public void Those_that_are_left_are_those_not_settled_and_earlier_lists_stay_as_they_were()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            string[] names = [.. Enumerable.Range(0, random.Next(0, 20)).Select(number => $"{number}")];
            var parents = new Awaited(names);
            var model = names.ToList();
            var kept = new List<(IReadOnlyList<string> Left, string[] Model)> { (parents.Left, [.. model]) };
            foreach (var number in Enumerable.Range(0, names.Length).OrderBy(_ => random.Next()))
            {
                Assert.False(parents.AreSettled);
                Assert.True(parents.Settle(number));
                Assert.False(parents.Settle(number));
                model.Remove(names[number]);
                kept.Add((parents.Left, [.. model]));
            }
            Assert.True(parents.AreSettled);
            Assert.All(kept, one =>
            {
                Assert.Equal(one.Model, one.Left);
                Assert.Equal(one.Model.Length, one.Left.Count);
                Assert.All(one.Model.Index(), name => Assert.Equal(name.Item, one.Left[name.Index]));
            });
        }
    }
}
