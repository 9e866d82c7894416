using System.Text.Json.Serialization;
using Gatehouse.Operations;

namespace Gatehouse.Agents.Ops;

/// <summary>How facts are written for a model, and read back from the history.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(StartupTimeline))]
[JsonSerializable(typeof(NodeFacts))]
[JsonSerializable(typeof(ConnectionsAndRuns))]
[JsonSerializable(typeof(ProcessFigures))]
[JsonSerializable(typeof(UsageFigures))]
internal sealed partial class OpsJson : JsonSerializerContext;
