using System.Text;
using Gatehouse.CloudRun.Rollout;

namespace Gatehouse.Cli.Deploy;

/// <summary>A plan, and the end of a rollout, as text for a terminal.</summary>
internal static class PlanText
{
    public static string Write(RolloutPlan plan)
    {
        var text = new StringBuilder();
        foreach (var step in plan.Steps) text.Append(FormattableString.Invariant($"{step.Step.ToString().ToLowerInvariant(),-9} {step.Text}\n"));
        return text.ToString();
    }

    /// <summary>The API's fault, which may end as a sentence does or not.</summary>
    public static string CutShort(string fault) =>
        $"{fault}{(fault is [.., '.' or '?' or '!'] ? "" : ".")} If a rollout has begun it is as it was at that moment: the same command goes on";

    public static string End(RolloutReport report)
    {
        var text = new StringBuilder(FormattableString.Invariant($"{report.Service}: {ReportMarkdown.Said(report.Outcome)}, after {report.Took.TotalSeconds:0.0} s"));
        foreach (var why in report.Whys) text.Append(FormattableString.Invariant($"\n  {why.Question}\n    {why.Answer}"));
        foreach (var remark in report.Remarks) text.Append(FormattableString.Invariant($"\n  note: {remark}"));
        return text.ToString();
    }
}
