using System.Diagnostics;
using Gatehouse.Diagnosis.Tests.Matrix;
using Gatehouse.Diagnosis.Tests.World;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The same case gives the same bytes, in whatever order its evidence comes, and soon.</summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    [Fact]
    public void Evidence_in_another_order_gives_the_same_bytes_over_the_whole_matrix()
    {
        var random = new Random(1);
        foreach (var cell in AllCases.Cells)
        {
            var bytes = DiagnosisJson.Write(cell.Judged.Report);
            Assert.Equal(bytes, DiagnosisJson.Write(FiveWhys.Explain(Shuffled.Of(cell.Judged.Seen, random))));
        }
    }

    [Fact]
    public void The_same_case_gives_the_same_bytes_a_hundred_times()
    {
        var seen = AllCases.Cells[7].Judged.Seen;
        Assert.Single(Enumerable.Range(0, 100).Select(_ => DiagnosisJson.Write(FiveWhys.Explain(seen))).Distinct());
    }

    // The bound is wide, for a busy machine; the figure is in the output.
    [Fact]
    public void A_hundred_nodes_are_explained_in_milliseconds()
    {
        var seen = Wide.Case(100);
        const int Times = 200;
        for (var time = 0; time < Times; time++) FiveWhys.Explain(seen);        // until it is compiled, as it ships
        var clock = Stopwatch.StartNew();
        for (var time = 0; time < Times; time++) FiveWhys.Explain(seen);
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds / Times:0.000} ms for 100 nodes, {seen.Graph!.Nodes.Sum(static node => node.After.Count)} edges");

        Assert.Equal("redis.loading", Assert.Single(FiveWhys.Explain(seen).Roots).Code);
        Assert.True(clock.Elapsed.TotalSeconds < Times, "A second and more for each is no answer.");
    }
}
