using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Protocol;

/// <summary>
/// One AG-UI 1.0 event that Gatehouse emits. Names and fields are those of <c>@ag-ui/core</c> 1.0.0; a test holds every
/// record against that package's schemas. An event is serialised once, by <see cref="ToUtf8"/>, and shared from there on.
/// </summary>
public abstract record AgUiEvent
{
    /// <summary>AG-UI's discriminator.</summary>
    public abstract string Type { get; }

    /// <summary>The event as JSON. Optional fields that are null are absent.</summary>
    public byte[] ToUtf8() => WireJson.ToUtf8(this, TypeInfo);

    [JsonIgnore]
    private protected abstract JsonTypeInfo TypeInfo { get; }
}

public sealed record RunStarted(string ThreadId, string RunId, long? Timestamp = null) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "RUN_STARTED";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.RunStarted;
}

public sealed record RunFinished(
    string ThreadId, string RunId, RunOutcome? Outcome = null, IReadOnlyList<TokenUsage>? Usage = null, long? Timestamp = null) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "RUN_FINISHED";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.RunFinished;
}

/// <summary>How a run finished: <c>success</c>, <c>interrupt</c> or <c>cancelled</c>.</summary>
public sealed record RunOutcome(string Type, IReadOnlyList<Interrupt>? Interrupts = null);

/// <summary>A question that ends a run; see docs/protocol.md §5.</summary>
public sealed record Interrupt(
    string Id, string Reason, string? Message = null, string? ToolCallId = null, JsonElement? ResponseSchema = null);

/// <summary>Tokens used by one run, per provider and model.</summary>
public sealed record TokenUsage(
    string? Provider, string? Model, long? InputTokens, long? OutputTokens, long? TotalTokens,
    long? ReasoningTokens = null, long? CachedInputTokens = null);

public sealed record RunError(string Message, string? Code = null, long? Timestamp = null) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "RUN_ERROR";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.RunError;
}

public sealed record TextMessageStart(string MessageId, string Role) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TEXT_MESSAGE_START";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.TextMessageStart;
}

public sealed record TextMessageContent(string MessageId, string Delta) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TEXT_MESSAGE_CONTENT";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.TextMessageContent;
}

public sealed record TextMessageEnd(string MessageId) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TEXT_MESSAGE_END";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.TextMessageEnd;
}

public sealed record ReasoningStart(string MessageId) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "REASONING_START";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ReasoningStart;
}

public sealed record ReasoningEnd(string MessageId) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "REASONING_END";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ReasoningEnd;
}

public sealed record ReasoningMessageStart(string MessageId) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "REASONING_MESSAGE_START";
    public string Role => "reasoning";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ReasoningMessageStart;
}

public sealed record ReasoningMessageContent(string MessageId, string Delta) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "REASONING_MESSAGE_CONTENT";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ReasoningMessageContent;
}

public sealed record ReasoningMessageEnd(string MessageId) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "REASONING_MESSAGE_END";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ReasoningMessageEnd;
}

public sealed record ToolCallStart(string ToolCallId, string ToolCallName, string? ParentMessageId = null) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TOOL_CALL_START";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ToolCallStart;
}

public sealed record ToolCallArgs(string ToolCallId, string Delta) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TOOL_CALL_ARGS";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ToolCallArgs;
}

public sealed record ToolCallEnd(string ToolCallId) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TOOL_CALL_END";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ToolCallEnd;
}

public sealed record ToolCallResult(string MessageId, string ToolCallId, string Content) : AgUiEvent
{
    [JsonPropertyOrder(-1)]
    public override string Type => "TOOL_CALL_RESULT";
    public string Role => "tool";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.ToolCallResult;
}

/// <summary>An event of Gatehouse's own; the names stand in docs/protocol.md §5.</summary>
public sealed record CustomEvent(string Name, JsonElement Value) : AgUiEvent
{
    public const string Queued = "gatehouse.queued";
    public const string Rewound = "gatehouse.rewound";

    [JsonPropertyOrder(-1)]
    public override string Type => "CUSTOM";
    private protected override JsonTypeInfo TypeInfo => EventJson.Default.CustomEvent;
}
