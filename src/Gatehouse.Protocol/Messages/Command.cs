using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Protocol;

/// <summary>What a client sends (docs/protocol.md §3).</summary>
public abstract record Command(CommandId Id)
{
    public abstract string Type { get; }

    public byte[] ToUtf8() => WireJson.ToUtf8(this, TypeInfo);

    [JsonIgnore]
    private protected abstract JsonTypeInfo TypeInfo { get; }
}

public sealed record RunCommand(CommandId Id, string ThreadId, string MessageId, string Text, string? Agent = null) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "run";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.RunCommand;
}

public sealed record SubscribeCommand(CommandId Id, string ThreadId, string? Cursor = null) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "subscribe";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.SubscribeCommand;
}

public sealed record UnsubscribeCommand(CommandId Id, string ThreadId) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "unsubscribe";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.UnsubscribeCommand;
}

public sealed record CancelCommand(CommandId Id, string RunId) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "cancel";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.CancelCommand;
}

public sealed record AnswerCommand(CommandId Id, string InterruptId, JsonElement Payload) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "answer";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.AnswerCommand;
}

public sealed record ThreadsCommand(CommandId Id, string? Before = null) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "threads";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.ThreadsCommand;
}

public sealed record AuthCommand(CommandId Id, string Token) : Command(Id)
{
    [JsonPropertyOrder(-1)]
    public override string Type => "auth";
    private protected override JsonTypeInfo TypeInfo => MessageJson.Default.AuthCommand;
}
