using System.Globalization;
using System.Text;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The report for a person: layer by layer for one walk, as a table of percentiles for many.</summary>
internal static class TextReport
{
    public static string Write(ProbeReport report)
    {
        var text = new StringBuilder();
        text.AppendLine(report.Target);
        if (report.Views is { } views)
        {
            if (report.Count is 1) Walk(text, views.Outside);
            else Many(text, report);
            if (views.Startup is { } startup) text.AppendLine($"startup: {Describe(startup)}");
        }
        foreach (var judgement in report.Judgements.Where(judgement => report.Tally.Walks > 0 && (report.Count > 1 || !judgement.IsKept)))
            text.AppendLine($"{(judgement.IsKept ? "kept" : "broken")}: {judgement.Rule}: {judgement.Actual}");
        if (report.Late > 0) text.AppendLine(CultureInfo.InvariantCulture, $"note: {report.Late} walks began late, {ProbeRun.MostAtOnce} others had not ended");
        if (report.IsInterrupted) text.AppendLine(CultureInfo.InvariantCulture, $"note: interrupted after {report.Tally.Walks} of {report.Count}");
        text.AppendLine($"verdict: {report.Verdict}");
        if (report.Views?.Diagnosis is { } diagnosis) text.AppendLine().Append(DiagnosisText.Write(diagnosis));
        return text.ToString();
    }

    private static void Walk(StringBuilder text, OutsideProbe probe)
    {
        foreach (var layer in probe.Layers)
        {
            var time = layer.Outcome is LayerOutcome.Skipped ? "" : SpanText.Of(layer.Duration);
            text.AppendLine($"  {LayerNames.Of(layer.Layer),-8}{layer.Outcome.ToString().ToLowerInvariant(),-8}{time,10}  {layer.Reason}".TrimEnd());
            if (layer.Outcome is LayerOutcome.Failed) Details(text, probe);
        }
    }

    private static void Details(StringBuilder text, OutsideProbe probe)
    {
        if (probe.AnsweredBy is { } server) text.AppendLine($"{"",28}answered by {server}");
        if (probe.RetryAfter is { } retry) text.AppendLine($"{"",28}retry after {SpanText.OfLimit(retry)}");
        if (probe is { Body: { } body, Refusal: null }) text.AppendLine($"{"",28}\"{body}\"");
    }

    private static void Many(StringBuilder text, ProbeReport report)
    {
        var tally = report.Tally;
        text.AppendLine($"  {"layer",-8}{"passed",8}{"failed",8}{"skipped",9}{"p50",12}{"p90",12}{"p99",12}{"max",12}");
        foreach (var layer in tally.Layers)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {LayerNames.Of(layer.Layer),-8}{layer.Passed,8}{layer.Failed,8}{layer.Skipped,9}{Times(layer.Durations)}");
        text.AppendLine(CultureInfo.InvariantCulture, $"  {"total",-8}{tally.Walks - tally.Failed,8}{tally.Failed,8}{0,9}{Times(tally.Total)}");
        foreach (var failure in tally.Failures)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {failure.Count} x {LayerNames.Of(failure.Layer)}: {failure.First.FirstFailure!.Reason}");
    }

    private static string Times(Percentiles durations) =>
        string.Concat(new double[] { 50, 90, 99, 100 }.Select(percent => $"{(durations[percent] is { } time ? SpanText.Of(time) : "-"),12}"));

    private static string Describe(StartupReading startup) => startup switch
    {
        { Fault: { } fault } => fault,
        { Verdict: null } => FormattableString.Invariant($"{startup.Status}, not the start-up probe of a Gatehouse"),
        { Error: { } error } => FormattableString.Invariant($"{startup.Status} {startup.Verdict}: {error}"),
        { FirstDown: { } down } => FormattableString.Invariant($"{startup.Status} {startup.Verdict}: {down.Name} is {down.State}{(down.Reason is { } reason ? $" ({reason})" : "")}"),
        _ => FormattableString.Invariant($"{startup.Status} {startup.Verdict}"),
    };
}
