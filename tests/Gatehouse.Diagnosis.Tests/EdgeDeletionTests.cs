using Gatehouse.Diagnosis.Tests.Matrix;
using Gatehouse.Diagnosis.Tests.World;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>A graph that lacks an edge makes the answer poorer, never wrong.</summary>
public sealed class EdgeDeletionTests
{
    [Fact]
    public void With_an_edge_less_no_sure_answer_names_what_is_no_root_or_leaves_one_out()
    {
        var (wrong, mutants) = (new List<string>(), 0);
        foreach (var cell in AllCases.Cells.Where(static cell => cell.IsFull && cell.Judged.Seen.Graph is not null))
            foreach (var node in cell.Judged.Seen.Graph!.Nodes)
                foreach (var edge in node.After)
                {
                    mutants++;
                    var report = FiveWhys.Explain(Without(cell.Judged.Seen, node.Name, edge.Node));
                    var invented = Told.By(report).Roots.Except(cell.Judged.Scenario.Truth.Roots).ToList();
                    var missed = cell.Judged.Scenario.Truth.Roots.Except(Told.By(report).Roots).Where(root => IsStillIll(cell.Judged.Seen, root)).ToList();
                    if (report.Verdict is not Verdict.InsufficientEvidence && (report.Verdict == Verdict.Healthy || invented.Count > 0 || missed.Count > 0))
                        wrong.Add($"{cell}\n  without {node.Name}>{edge.Node}: {report.Verdict} {string.Join(' ', Told.By(report).Roots)}");
                }

        Assert.True(mutants > 1000);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {mutants}\n{string.Join('\n', wrong.Take(30))}");
    }

    // One that is well again, and that nothing leads to any more, cannot be told from a neighbour that was ill.
    private static bool IsStillIll(Case seen, string root) =>
        seen.Graph!.Nodes.FirstOrDefault(node => root.EndsWith($"@{node.Name}", StringComparison.Ordinal)) is not { State: NodeState.Ready };

    private static Case Without(Case seen, string node, string before) => seen with
    {
        Graph = seen.Graph! with { Nodes = [.. seen.Graph.Nodes.Select(each => each.Name != node ? each : each with { After = [.. each.After.Where(edge => edge.Node != before)] })] },
    };
}
