using System.Text.Json.Serialization;

namespace Gatehouse.Protocol;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunStarted))]
[JsonSerializable(typeof(RunFinished))]
[JsonSerializable(typeof(RunError))]
[JsonSerializable(typeof(TextMessageStart))]
[JsonSerializable(typeof(TextMessageContent))]
[JsonSerializable(typeof(TextMessageEnd))]
[JsonSerializable(typeof(ReasoningStart))]
[JsonSerializable(typeof(ReasoningEnd))]
[JsonSerializable(typeof(ReasoningMessageStart))]
[JsonSerializable(typeof(ReasoningMessageContent))]
[JsonSerializable(typeof(ReasoningMessageEnd))]
[JsonSerializable(typeof(ToolCallStart))]
[JsonSerializable(typeof(ToolCallArgs))]
[JsonSerializable(typeof(ToolCallEnd))]
[JsonSerializable(typeof(ToolCallResult))]
[JsonSerializable(typeof(CustomEvent))]
internal sealed partial class EventJson : JsonSerializerContext;
