using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>The report for a program (docs/probe.md). Times are milliseconds; what is not known is absent, never null.</summary>
internal static class JsonReport
{
    public static string Write(ProbeReport report)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("target", report.Target);
            json.WriteString("at", report.At);
            json.WriteNumber("tookMs", Milliseconds(report.Took));
            json.WriteString("verdict", report.Views is null ? "none" : report.IsGood ? "good" : "bad");
            json.WriteNumber("count", report.Count);
            json.WriteNumber("walks", report.Tally.Walks);
            json.WriteNumber("failed", report.Tally.Failed);
            if (report.Late > 0) json.WriteNumber("late", report.Late);
            if (report.IsInterrupted) json.WriteBoolean("interrupted", true);
            Thresholds(json, report.Judgements);
            Layers(json, report.Tally);
            Failures(json, report.Tally);
            Views(json, report.Views);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void Thresholds(Utf8JsonWriter json, IReadOnlyList<Judgement> judgements)
    {
        json.WriteStartArray("thresholds");
        foreach (var judgement in judgements)
        {
            json.WriteStartObject();
            json.WriteString("rule", judgement.Rule);
            json.WriteString("actual", judgement.Actual);
            json.WriteBoolean("kept", judgement.IsKept);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Layers(Utf8JsonWriter json, Tally tally)
    {
        json.WriteStartArray("layers");
        foreach (var layer in tally.Layers)
        {
            json.WriteStartObject();
            json.WriteString("layer", LayerNames.Of(layer.Layer));
            json.WriteNumber("passed", layer.Passed);
            json.WriteNumber("failed", layer.Failed);
            json.WriteNumber("skipped", layer.Skipped);
            Times(json, layer.Durations);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("total");
        Times(json, tally.Total);
        json.WriteEndObject();
    }

    private static void Times(Utf8JsonWriter json, Percentiles durations)
    {
        foreach (var (name, percent) in new[] { ("p50Ms", 50d), ("p90Ms", 90), ("p99Ms", 99), ("maxMs", 100) })
            if (durations[percent] is { } time) json.WriteNumber(name, Milliseconds(time));
    }

    private static void Failures(Utf8JsonWriter json, Tally tally)
    {
        json.WriteStartArray("failures");
        foreach (var failure in tally.Failures)
        {
            json.WriteStartObject();
            json.WriteString("layer", LayerNames.Of(failure.Layer));
            json.WriteString("signature", failure.Signature);
            json.WriteNumber("count", failure.Count);
            json.WritePropertyName("first");
            Probe(json, failure.First);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Views(Utf8JsonWriter json, BothViews? views)
    {
        if (views is null) return;
        json.WritePropertyName("probe");
        Probe(json, views.Outside);
        if (views.Startup is { } startup) Startup(json, startup);
        if (views.Diagnosis is not { } diagnosis) return;
        json.WritePropertyName("diagnosis");
        json.WriteRawValue(DiagnosisJson.WriteUtf8(diagnosis));
    }

    private static void Probe(Utf8JsonWriter json, OutsideProbe probe)
    {
        json.WriteStartObject();
        json.WriteString("at", probe.At);
        if (probe.FirstFailure is { } failure) json.WriteString("firstFailure", LayerNames.Of(failure.Layer));
        if (probe.Status is { } status) json.WriteNumber("status", status);
        if (probe.AnsweredBy is { } server) json.WriteString("answeredBy", server);
        if (probe.RetryAfter is { } retry) json.WriteNumber("retryAfterMs", Milliseconds(retry));
        if (probe.Body is { } body) json.WriteString("body", body);
        if (probe.Known is { } known) json.WriteString("known", known);
        if (probe.Refusal is { } refusal) json.WriteString("refusal", refusal);
        if (probe.Node is { } node) json.WriteString("node", node);
        if (probe.CloseCode is { } code) json.WriteNumber("closeCode", code);
        if (probe.IsGatehouse is { } isGatehouse) json.WriteBoolean("gatehouse", isGatehouse);
        json.WriteStartArray("layers");
        foreach (var layer in probe.Layers) Layer(json, layer);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Layer(Utf8JsonWriter json, LayerResult layer)
    {
        json.WriteStartObject();
        json.WriteString("layer", LayerNames.Of(layer.Layer));
        json.WriteString("outcome", layer.Outcome.ToString().ToLowerInvariant());
        if (layer.Outcome is not LayerOutcome.Skipped) json.WriteNumber("ms", Milliseconds(layer.Duration));
        if (layer.Signature is { } signature) json.WriteString("signature", signature);
        if (layer.Reason is { } reason) json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private static void Startup(Utf8JsonWriter json, StartupReading startup)
    {
        json.WriteStartObject("startup");
        json.WriteString("at", startup.At);
        if (startup.Status is { } status) json.WriteNumber("httpStatus", status);
        if (startup.Fault is { } fault) json.WriteString("fault", fault);
        if (startup.Verdict is { } verdict) json.WriteString("status", verdict);
        if (startup.Error is { } error) json.WriteString("error", error);
        if (startup.Nodes.Count > 0)
        {
            json.WriteStartArray("nodes");
            foreach (var node in startup.Nodes) Node(json, node);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Node(Utf8JsonWriter json, StartupNode node)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Name);
        json.WriteString("state", node.State);
        if (!node.IsRequired) json.WriteBoolean("required", false);
        if (node.WaitingOn.Count > 0)
        {
            json.WriteStartArray("waitingOn");
            foreach (var name in node.WaitingOn) json.WriteStringValue(name);
            json.WriteEndArray();
        }
        if (node.Reason is { } reason) json.WriteString("reason", reason);
        if (node.Since is { } since) json.WriteString("since", since);
        json.WriteEndObject();
    }

    private static double Milliseconds(TimeSpan span) => Math.Round(span.TotalMilliseconds, 3);
}
