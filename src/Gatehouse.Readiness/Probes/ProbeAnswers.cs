using System.Buffers;
using System.Text.Json;

namespace Gatehouse.Readiness;

/// <summary>Words the answers of <c>/startup</c>, <c>/ready</c> and <c>/health</c>. Absent means unknown or not there, never null.</summary>
internal static class ProbeAnswers
{
    private const int Ok = 200;
    private const int Unavailable = 503;

    // The names that start-up probes of chat services have always shown, and the nodes they stand for.
    private static readonly (string Flag, string Node)[] Flags = [("database", "database"), ("redis", "redis"), ("websocket", "chat")];

    public static ProbeAnswer Startup(ReadinessSnapshot snapshot)
    {
        if (snapshot.StartedAt is { } startedAt)
            return Answer(Ok, "ready", json => json.WriteString("timestamp", startedAt));
        if (snapshot.Fatal is { } fatal)
            return Answer(Unavailable, "error", json => json.WriteString("error", $"{fatal.Name}: {fatal.Reason}"));
        return Answer(Unavailable, "not_ready", json =>
        {
            foreach (var (flag, name) in Flags)
                if (snapshot.Find(name) is { } node) json.WriteBoolean(flag, node.IsUp);
            Nodes(json, snapshot.Nodes);
        });
    }

    public static ProbeAnswer Ready(ReadinessSnapshot snapshot) =>
        Answer(snapshot.IsReady ? Ok : Unavailable, snapshot.IsReady ? "ready" : "not_ready", json =>
        {
            if (snapshot.Withdrawn is { } reason) json.WriteString("reason", reason);
            Nodes(json, snapshot.Nodes);
        });

    public static ProbeAnswer Health(string? broken) => broken is null
        ? Answer(Ok, "healthy", static _ => { })
        : Answer(Unavailable, "broken", json => json.WriteString("error", broken));

    private static ProbeAnswer Answer(int code, string status, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", status);
            rest(json);
            json.WriteEndObject();
        }
        return new(code, buffer.WrittenSpan.ToArray());
    }

    private static void Nodes(Utf8JsonWriter json, IEnumerable<NodeSnapshot> nodes)
    {
        json.WriteStartArray("nodes");
        foreach (var node in nodes) Node(json, node);
        json.WriteEndArray();
    }

    private static void Node(Utf8JsonWriter json, NodeSnapshot node)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Name);
        json.WriteString("state", node.State.ToText());
        if (!node.IsRequired) json.WriteBoolean("required", false);
        if (node.WaitingOn.Count > 0)
        {
            json.WriteStartArray("waitingOn");
            foreach (var parent in node.WaitingOn) json.WriteStringValue(parent);
            json.WriteEndArray();
        }
        if (node.Reason is { } reason) json.WriteString("reason", reason);
        json.WriteString("since", node.Since);
        if (node.LastGood is { } lastGood) json.WriteString("lastGood", lastGood);
        json.WriteNumber("checks", node.Runs);
        if (node.Failures > 0) json.WriteNumber("failures", node.Failures);
        if (node.IsParked) json.WriteBoolean("parked", true);
        json.WriteEndObject();
    }
}
