using Gatehouse.CloudRun.Lint;

namespace Gatehouse.Cli.Lint;

/// <summary>What was found in all the files.</summary>
internal sealed record LintReport(int Files, IReadOnlyList<Finding> Findings, IReadOnlyList<Finding> Fixed)
{
    public int Errors => Count(Severity.Error);

    public int Warnings => Count(Severity.Warning);

    public int Notes => Count(Severity.Note);

    private int Count(Severity severity) => Findings.Count(finding => finding.Severity == severity);
}
