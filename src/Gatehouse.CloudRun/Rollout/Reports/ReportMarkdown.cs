using System.Globalization;
using System.Text;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>A report for people.</summary>
public static class ReportMarkdown
{
    public static string Write(RolloutReport report)
    {
        var text = new StringBuilder();
        Line(text, $"# Rollout of {report.Service}: {Said(report.Outcome)}");
        Line(text, $"");
        Line(text, $"{report.StartedAt:yyyy-MM-dd HH:mm:ss} UTC, {report.Took.TotalSeconds:0.0} s. Image `{report.Image}`, candidate `{report.Candidate}`, {(report.Stable is { } old ? $"before it `{old}`" : "the first revision")}.");
        Whys(text, report);
        Steps(text, report);
        Measures(text, report);
        Sockets(text, report);
        if (report.Remarks.Count > 0)
        {
            Line(text, $"\n## Remarks\n");
            foreach (var remark in report.Remarks) Line(text, $"- {remark}");
        }
        Line(text, $"\n## Journal\n\n```");
        foreach (var entry in report.Journal) Line(text, $"{entry.At:HH:mm:ss.fff} {entry.Step.ToString().ToLowerInvariant(),-9} {entry.Text}");
        Line(text, $"```");
        return text.ToString();
    }

    public static string Said(RolloutOutcome outcome) => outcome switch
    {
        RolloutOutcome.Done => "done",
        RolloutOutcome.Refused => "refused, nothing was deployed",
        RolloutOutcome.RolledBack => "rolled back, and shown to be",
        RolloutOutcome.RollbackUnproved => "rolled back, but not shown to be: look at it",
        RolloutOutcome.FirstFailed => "the first revision is not good, and stays to be looked at",
        _ => outcome.ToString(),
    };

    private static void Whys(StringBuilder text, RolloutReport report)
    {
        if (report.Breaches.Count > 0)
        {
            Line(text, $"\n## What broke\n");
            foreach (var breach in report.Breaches) Line(text, $"- **{breach.Measure}** at {breach.Step.ToString().ToLowerInvariant()}: {breach.Actual}; expected {breach.Limit}{(breach.Detail is { Length: > 0 } detail ? $". {detail}" : "")}");
        }
        if (report.Whys.Count is 0) return;
        Line(text, $"\n## Why\n");
        for (var i = 0; i < report.Whys.Count; i++) Line(text, $"{i + 1}. {report.Whys[i].Question} {report.Whys[i].Answer}");
    }

    private static void Steps(StringBuilder text, RolloutReport report)
    {
        Line(text, $"\n## Steps\n\n| step | took |\n|---|---:|");
        foreach (var step in report.Steps)
            Line(text, $"| {step.Step.ToString().ToLowerInvariant()}{(step.Step is RolloutStep.Shift ? $" {step.Share} %" : "")} | {step.Took.TotalSeconds:0.00} s |");
    }

    private static void Measures(StringBuilder text, RolloutReport report)
    {
        var (now, old) = (report.CandidateMeasures, report.StableMeasures);
        Line(text, $"\n## Measures\n\n| measure | candidate | old revision |\n|---|---:|---:|");
        Line(text, $"| start-up, from the PUT until it was ready | {Seconds(report.StartUp)} | |");
        Line(text, $"| start-up, as the server tells | {Seconds(report.OwnStartUp)} | |");
        Line(text, $"| upgrades of ours, failed | {now.Ours.Upgrades}, {now.Ours.UpgradesFailed} | {old.Ours.Upgrades}, {old.Ours.UpgradesFailed} |");
        Line(text, $"| answered 503 | {now.Ours.Unavailable} | {old.Ours.Unavailable} |");
        Line(text, $"| upgrades of everybody, refused | {now.Everybody.Accepted}, {now.Everybody.Refused} | {old.Everybody.Accepted}, {old.Everybody.Refused} |");
        Line(text, $"| turns of ours, failed | {now.Ours.Turns}, {now.Ours.TurnsFailed} | {old.Ours.Turns}, {old.Ours.TurnsFailed} |");
        Line(text, $"| turns of everybody, failed | {now.Everybody.Turns}, {now.Everybody.TurnsFailed} | {old.Everybody.Turns}, {old.Everybody.TurnsFailed} |");
        Line(text, $"| first event, p50 and p99 | {Milliseconds(now.FirstEventP50)}, {Milliseconds(now.FirstEventP99)} | {Milliseconds(old.FirstEventP50)}, {Milliseconds(old.FirstEventP99)} |");
        Line(text, $"| held sockets that dropped | {now.Ours.Dropped} | |");
        Line(text, $"| health checks, failed | {now.Ours.Checks}, {now.Ours.ChecksFailed} | |");
        if (now.Memory is { } memory) Line(text, $"| memory of the instance that grew most | {memory.First >> 20} to {memory.Now >> 20} MiB | |");
        if (report.Answers.Count > 0) Line(text, $"\nNew connections at the service's own address were answered by {string.Join(", ", report.Answers.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"`{pair.Key}` ({pair.Value})"))}.");
        if (report.MadeUp > 0) Line(text, $"\nUsers brought too few connections for a verdict: {report.MadeUp} were made up by synthetic turns.");
    }

    private static void Sockets(StringBuilder text, RolloutReport report)
    {
        if (report.SocketsToMove is null && report.Rollback is null) return;
        Line(text, $"\n## Sockets\n");
        if (report.SocketsToMove is { } count) Line(text, $"{count} to move, {report.SocketsLeft?.ToString(CultureInfo.InvariantCulture) ?? "?"} left{(report.Moved is null ? "" : $" after {Seconds(report.Moved)}")}.");
        if (report.Rollback is { } proof)
            Line(text, $"\nThe way back: traffic {(proof.Traffic ? "is at the old revision" : "is NOT at the old revision")}; {proof.Answers} of {proof.Tried} new connections answered by it; {proof.Sockets?.ToString(CultureInfo.InvariantCulture) ?? "an unknown number of"} sockets at the candidate{(proof.IsDeleted ? ", which is deleted" : "")}{(proof.Fault is { } fault ? $"; {fault}" : "")}.");
    }

    private static string Seconds(TimeSpan? time) => time is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.00} s") : "not known";

    private static string Milliseconds(TimeSpan? time) => time is { } span ? string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms") : "not known";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
