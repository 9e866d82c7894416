using System.Text.Json.Serialization;

namespace Gatehouse.Protocol;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunCommand))]
[JsonSerializable(typeof(SubscribeCommand))]
[JsonSerializable(typeof(UnsubscribeCommand))]
[JsonSerializable(typeof(CancelCommand))]
[JsonSerializable(typeof(AnswerCommand))]
[JsonSerializable(typeof(ThreadsCommand))]
[JsonSerializable(typeof(AuthCommand))]
[JsonSerializable(typeof(Welcome))]
[JsonSerializable(typeof(Starting))]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(Subscribed))]
[JsonSerializable(typeof(EventsMessage))]
[JsonSerializable(typeof(SnapshotMessage))]
[JsonSerializable(typeof(ThreadsMessage))]
[JsonSerializable(typeof(Ok))]
[JsonSerializable(typeof(ErrorMessage))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(GoAway))]
[JsonSerializable(typeof(ThreadMessage))]
public sealed partial class MessageJson : JsonSerializerContext;
