using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Resources;

/// <summary>The resources' JSON, without reflection. A number may come as a string of digits, as the API sends 64-bit ones.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Revision))]
[JsonSerializable(typeof(Route))]
[JsonSerializable(typeof(Configuration))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(Execution))]
[JsonSerializable(typeof(ResourceList<Service>))]
[JsonSerializable(typeof(ResourceList<Revision>))]
[JsonSerializable(typeof(ResourceList<Route>))]
[JsonSerializable(typeof(ResourceList<Configuration>))]
[JsonSerializable(typeof(ResourceList<Job>))]
[JsonSerializable(typeof(ResourceList<Execution>))]
[JsonSerializable(typeof(GoogleError))]
[JsonSerializable(typeof(KubernetesStatus))]
public sealed partial class ResourceJson : JsonSerializerContext;
