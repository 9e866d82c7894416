using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Api;

/// <summary>The body of <c>POST …/jobs/NAME:run</c>.</summary>
internal sealed record RunJobRequest(JobOverrides? Overrides);

internal sealed record JobOverrides(IReadOnlyList<ContainerOverride> ContainerOverrides);

internal sealed record ContainerOverride(IReadOnlyList<string> Args);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RunJobRequest))]
internal sealed partial class RequestJson : JsonSerializerContext;
