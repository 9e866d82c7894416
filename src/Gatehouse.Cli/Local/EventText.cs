using System.Globalization;
using Gatehouse.Cli.Probe;
using Gatehouse.LocalRun.Events;

namespace Gatehouse.Cli.Local;

/// <summary>An event as a line for people; null for those that are only counted.</summary>
internal static class EventText
{
    public static string? Of(CloudEvent one)
    {
        var (about, text) = Say(one);
        return text is null ? null : string.Create(CultureInfo.InvariantCulture, $"{one.At:HH:mm:ss.fff} {about} {Clean(text)}");
    }

    private static (string About, string? Text) Say(CloudEvent one) => one switch
    {
        LogWritten { IsOutput: true } line => ($"{line.Instance} |", line.Text),
        LogWritten line => (line.Instance ?? line.Revision ?? line.Service, line.Severity is LogSeverity.Default or LogSeverity.Info ? line.Text : $"{line.Severity.ToString().ToUpperInvariant()} {line.Text}"),
        ServiceChanged changed => (changed.Service, $"service {changed.Change}"),
        RevisionCreated created => (created.Revision, "revision created"),
        RevisionReady ready => (ready.Revision, "revision ready"),
        RevisionFailed failed => (failed.Revision, $"revision failed ({failed.Reason}): {failed.Message}"),
        RevisionDeleted deleted => (deleted.Revision, "revision deleted"),
        TrafficChanged traffic => (traffic.Service, $"traffic {string.Join(", ", traffic.Traffic.Select(Share))}"),
        InstanceStarting starting => (starting.Instance, string.Create(CultureInfo.InvariantCulture, $"started, process {starting.ProcessId}, port {starting.Port}")),
        InstanceReady ready => (ready.Instance, $"ready after {SpanText.Of(ready.StartUp)}"),
        InstanceReadinessChanged changed => (changed.Instance, changed.IsReady ? "ready again" : "not ready: no new requests"),
        InstanceStopping stopping => (stopping.Instance, $"{stopping.Signal}: {stopping.Why}"),
        InstanceEnded ended => (ended.Instance, ended.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"ended with {code}: {ended.Why}") : $"never ran: {ended.Why}"),
        ProbeTried { Succeeded: false } probe => (probe.Instance, string.Create(CultureInfo.InvariantCulture, $"{probe.Kind} probe failed ({probe.Consecutive}): {probe.Detail}")),
        RequestAnswered answered => (answered.Instance ?? answered.Revision ?? answered.Service ?? "-",
            string.Create(CultureInfo.InvariantCulture, $"{answered.Method} {answered.Path} {answered.Status} in {SpanText.Of(answered.Latency)}{(answered.Why is null ? "" : " by the front end")}")),
        SocketClosed closed => (closed.Instance, $"socket {closed.Path} {(closed.Cut is null ? "closed" : "CUT")} after {SpanText.Of(closed.Lived)}"),
        ExecutionChanged changed => (changed.Execution, changed.Task is { } task ? string.Create(CultureInfo.InvariantCulture, $"task {task} {changed.Change}") : $"execution {changed.Change}"),
        _ => ("", null),
    };

    private static string Share(TrafficShare share) => string.Create(CultureInfo.InvariantCulture,
        $"{share.Percent} % {share.Revision}{(share.Tag is null ? "" : $" ({share.Tag})")}");

    // A terminal obeys control characters, and an instance may write any.
    private static string Clean(string text) => string.Concat(text.Select(letter => char.IsControl(letter) && letter is not '\t' ? ' ' : letter));
}
