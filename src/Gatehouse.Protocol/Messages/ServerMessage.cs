using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Protocol;

/// <summary>What a server sends (docs/protocol.md §4).</summary>
public abstract record ServerMessage
{
    public abstract string Type { get; }

    public byte[] ToUtf8() => WireJson.ToUtf8(this, TypeInfo);

    [JsonIgnore]
    private protected abstract JsonTypeInfo TypeInfo { get; }

    /// <summary>Reads one message. Null if its type is not known to this build, which a client ignores.</summary>
    /// <exception cref="JsonException">The text is not a message of the protocol.</exception>
    public static ServerMessage? Parse(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8);
        var json = JsonElement.ParseValue(ref reader);
        var type = json.ValueKind is JsonValueKind.Object && json.TryGetProperty("type", out var name) ? name.GetString() : null;
        return type switch
        {
            "welcome" => json.Deserialize(MessageJson.Default.Welcome),
            "starting" => json.Deserialize(MessageJson.Default.Starting),
            "accepted" => json.Deserialize(MessageJson.Default.Accepted),
            "subscribed" => json.Deserialize(MessageJson.Default.Subscribed),
            "events" => json.Deserialize(MessageJson.Default.EventsMessage),
            "snapshot" => json.Deserialize(MessageJson.Default.SnapshotMessage),
            "threads" => json.Deserialize(MessageJson.Default.ThreadsMessage),
            "ok" => json.Deserialize(MessageJson.Default.Ok),
            "error" => json.Deserialize(MessageJson.Default.ErrorMessage),
            "heartbeat" => json.Deserialize(MessageJson.Default.Heartbeat),
            "goaway" => json.Deserialize(MessageJson.Default.GoAway),
            _ => null,
        };
    }
}

public sealed record Welcome(
    string ConnectionId, string Instance, string Revision, int HeartbeatMs, int ReconnectMs, int MaxFrameBytes, string ResumeToken)
    : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "welcome";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.Welcome;
}

public sealed record Starting(string Node) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "starting";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.Starting;
}

public sealed record Accepted(CommandId Id, string ThreadId, string RunId, string Cursor, int? Queued = null) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "accepted";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.Accepted;
}

public sealed record Subscribed(CommandId Id, string ThreadId, string Result, string Cursor) : ServerMessage
{
    public const string Replayed = "replayed";
    public const string Snapshot = "snapshot";

    [JsonPropertyOrder(-1)]
    public override string Type => "subscribed";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.Subscribed;
}

/// <summary>Events after one position up to another. The server splices the shared bytes of events instead of writing this record.</summary>
public sealed record EventsMessage(string ThreadId, string After, string Cursor, IReadOnlyList<JsonElement> Events) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "events";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.EventsMessage;
}

public sealed record SnapshotMessage(
    string ThreadId, string Cursor, IReadOnlyList<ThreadMessage> Messages, ActiveRun? Run,
    IReadOnlyList<QueuedRun> Queued, IReadOnlyList<Interrupt> Interrupts, bool? More = null) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "snapshot";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.SnapshotMessage;
}

public sealed record ActiveRun(string RunId, string Agent);

public sealed record QueuedRun(string RunId, string MessageId, string Text);

public sealed record ThreadsMessage(CommandId Id, IReadOnlyList<ThreadSummary> Threads, string? Next = null) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "threads";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.ThreadsMessage;
}

/// <param name="UpdatedAt">Unix milliseconds.</param>
/// <param name="Running">True while a run is active or queued; absent otherwise.</param>
public sealed record ThreadSummary(string ThreadId, string Title, long UpdatedAt, bool? Running = null);

public sealed record Ok(CommandId Id) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "ok";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.Ok;
}

public sealed record ErrorMessage(string Code, string Message, CommandId? Id = null, int? RetryAfterMs = null) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "error";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.ErrorMessage;
}

public sealed record Heartbeat(IReadOnlyDictionary<string, string> Heads) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "heartbeat";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.Heartbeat;
}

public sealed record GoAway(int DeadlineMs, int SpreadMs, string Reason) : ServerMessage
{
    [JsonPropertyOrder(-1)]
    public override string Type => "goaway";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.GoAway;
}
