using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Readiness;

/// <summary>Writes a timeline as JSON; what is not known yet is absent, never null.</summary>
internal static class TimelineJson
{
    public static byte[] Write(Timeline timeline)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (timeline.StartedAt is { } startedAt) json.WriteString("startedAt", startedAt);
            Milliseconds(json, "elapsedMs", timeline.Elapsed);
            Milliseconds(json, "totalMs", timeline.Total);
            Names(json, "criticalPath", timeline.CriticalPath);
            json.WriteStartArray("nodes");
            foreach (var node in timeline.Nodes) Node(json, node);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Node(Utf8JsonWriter json, TimelineNode node)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Name);
        Names(json, "after", node.After);
        Milliseconds(json, "launchedMs", node.Launched);
        if (node.ReleasedBy is { } parent) json.WriteString("releasedBy", parent);
        Milliseconds(json, "stabilisingMs", node.Stabilising);
        Milliseconds(json, "readyMs", node.Ready);
        Milliseconds(json, "ownMs", node.Own);
        if (node.Stop is { } stop) Stop(json, stop);
        json.WriteNumber("attemptCount", node.AttemptCount);
        json.WriteStartArray("attempts");
        foreach (var attempt in node.Attempts)
        {
            json.WriteStartObject();
            Milliseconds(json, "startMs", attempt.Start);
            Milliseconds(json, "endMs", attempt.End);
            json.WriteString("status", Status(attempt.Status));
            if (attempt.Reason is { } reason) json.WriteString("reason", reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Stop(Utf8JsonWriter json, TimelineStop stop)
    {
        json.WriteStartObject("stop");
        Milliseconds(json, "startMs", stop.Start);
        Milliseconds(json, "endMs", stop.End);
        if (stop.Fault is { } fault) json.WriteString("fault", fault);
        json.WriteEndObject();
    }

    private static string Status(CheckStatus status) => status switch
    {
        CheckStatus.Healthy => "healthy",
        CheckStatus.Degraded => "degraded",
        CheckStatus.Failed => "failed",
        _ => "fatal",
    };

    private static void Names(Utf8JsonWriter json, string property, IReadOnlyList<string> names)
    {
        json.WriteStartArray(property);
        foreach (var name in names) json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static void Milliseconds(Utf8JsonWriter json, string property, TimeSpan? time)
    {
        if (time is { } value) json.WriteNumber(property, Math.Round(value.TotalMilliseconds, 3));
    }
}
