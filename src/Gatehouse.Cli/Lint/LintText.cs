using System.Globalization;
using System.Text;
using Gatehouse.CloudRun.Lint;

namespace Gatehouse.Cli.Lint;

/// <summary>The report for people: a line a finding, in the form that editors and pipelines understand, the files one after the other.</summary>
internal static class LintText
{
    public static string Write(LintReport report, bool isDryRun = false)
    {
        var text = new StringBuilder();
        foreach (var file in report.Findings.GroupBy(static finding => finding.File))
        {
            foreach (var finding in file)
                text.Append(CultureInfo.InvariantCulture, $"{Line(finding)}\n");
            text.Append('\n');
        }
        if (report.Fixed.Count > 0)
        {
            foreach (var finding in report.Fixed)
                text.Append(CultureInfo.InvariantCulture, $"{finding.File}: {(isDryRun ? "would be mended" : "mended")} {finding.Rule.Id} {finding.Rule.Name}: {finding.Fix}\n");
            text.Append('\n');
        }
        text.Append(CultureInfo.InvariantCulture, $"{Counted(report.Files, "file")}: {Counted(report.Errors, "error")}, {Counted(report.Warnings, "warning")}, {Counted(report.Notes, "note")}");
        if (report.Fixed.Count > 0) text.Append(CultureInfo.InvariantCulture, $"; {report.Fixed.Count} {(isDryRun ? "would be mended" : "mended")}");
        var fixable = report.Findings.Count(static finding => finding.CanBeFixed);
        if (fixable > 0) text.Append(CultureInfo.InvariantCulture, $"; {fixable} can be mended with --fix");
        text.Append('\n');
        if (report.Findings.Count > 0) text.Append(CultureInfo.InvariantCulture, $"each rule has a page, as {report.Findings[0].Rule.Page}\n");
        return text.ToString();
    }

    private static string Line(Finding finding) => string.Create(CultureInfo.InvariantCulture,
        $"{finding.File}({finding.Line},{finding.Column}): {Word(finding.Severity)} {finding.Rule.Id}: {finding.Reason}. fix: {finding.Fix}");

    private static string Counted(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count is 1 ? "" : "s")}");

    internal static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
