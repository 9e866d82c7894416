using Gatehouse.Diagnosis.Tests.Matrix;
using Gatehouse.Testing;

namespace Gatehouse.Diagnosis.Tests;

/// <summary>The fault matrix: how often the engine is right, by class and by the quality of the evidence.</summary>
public sealed class MatrixTests
{
    [Fact]
    public void With_full_evidence_every_path_is_exact()
    {
        var others = AllCases.Cells.Where(static cell => cell.IsFull && cell.Outcome != Outcome.Exact).ToList();
        Assert.True(others.Count == 0, $"{others.Count} of {AllCases.Cells.Count(static cell => cell.IsFull)}\n{string.Join('\n', others.Take(400))}");
    }

    [Fact]
    public void With_degraded_evidence_at_least_85_percent_are_exact()
    {
        var degraded = AllCases.Cells.Where(static cell => !cell.IsFull).ToList();
        var others = degraded.Where(static cell => cell.Outcome != Outcome.Exact).ToList();
        Assert.True(others.Count <= degraded.Count * 0.15, $"{others.Count} of {degraded.Count}\n{string.Join('\n', others.Take(800))}");
    }

    [Fact]
    public void Sure_and_wrong_are_1_percent_at_most()
    {
        var wrong = AllCases.Cells.Where(static cell => cell.Outcome == Outcome.Wrong).ToList();
        Assert.True(wrong.Count <= AllCases.Cells.Count * 0.01, $"{wrong.Count} of {AllCases.Cells.Count}\n{string.Join('\n', wrong.Take(800))}");
    }

    [Fact]
    public void The_committed_table_is_the_computed_one()
    {
        var path = Path.Combine(Repository.Root, "docs", "diagnosis-matrix.md");
        var table = Table.Write(AllCases.Cells);
        if (Environment.GetEnvironmentVariable("GATEHOUSE_WRITE_MATRIX") is not null) File.WriteAllText(path, table);
        Assert.Equal(File.ReadAllText(path), table);
    }
}
