using System.Collections.Immutable;

namespace Gatehouse.Readiness.Tests;

/// <summary>The paged nodes of a snapshot against a plain list.</summary>
public sealed class NodePagesTests
{
    [Fact]
    public void Pages_hold_what_a_plain_list_holds_and_earlier_snapshots_stay_as_they_were()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var model = Enumerable.Range(0, random.Next(0, 200)).Select(Node).ToImmutableArray();
            var pages = new NodePages(model);
            var kept = new List<(NodePages Pages, ImmutableArray<NodeSnapshot> Model)> { (pages, model) };
            for (var step = 0; step < 10 && model.Length > 0; step++)
            {
                (int Index, NodeSnapshot Node)[] changes = [.. Enumerable.Range(0, model.Length)
                    .Where(_ => random.Next(10) == 0).Select(index => (index, Node(random.Next())))];
                pages = pages.With(changes);
                foreach (var (index, node) in changes) model = model.SetItem(index, node);
                kept.Add((pages, model));
            }
            Assert.All(kept, one =>
            {
                Assert.Equal(one.Model.Length, one.Pages.All.Length);
                for (var index = 0; index < one.Model.Length; index++)
                {
                    Assert.Same(one.Model[index], one.Pages[index]);
                    Assert.Same(one.Model[index], one.Pages.All[index]);
                }
            });
        }
    }

    private static NodeSnapshot Node(int number) => new()
    {
        Name = $"{number}",
        After = [],
        IsRequired = true,
        WhenDown = WhenDown.Refuse,
        Since = DateTimeOffset.UnixEpoch,
    };
}
