using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Resources;

/// <summary>
/// Part of a resource of the Knative Serving v1 or Cloud Run Jobs v1 API. What we have no name for is kept as it came and goes out again:
/// a service that is read, changed in its traffic and written back loses nothing. Immutable by convention: change a copy (<c>with</c>).
/// </summary>
public abstract record ResourcePart
{
    /// <summary>Members without a property here.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }
}

/// <summary>What every resource has.</summary>
public abstract record Resource : ResourcePart
{
    /// <summary><see cref="ApiVersions"/>.</summary>
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary><c>metadata.name</c>; empty if there is none.</summary>
    [JsonIgnore]
    public string Name => Metadata.Name ?? "";
}

/// <summary><c>metadata</c> of a resource or of a template.</summary>
public sealed record ObjectMeta : ResourcePart
{
    public string? Name { get; init; }

    /// <summary>The project (its id or number) on Cloud Run.</summary>
    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    /// <summary>In a PUT: the version that may be replaced; without it the last writer wins.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Grows with every change of <c>spec</c>. What <c>status</c> says counts once its <c>observedGeneration</c> has come here.</summary>
    public long? Generation { get; init; }

    public DateTimeOffset? CreationTimestamp { get; init; }

    public DateTimeOffset? DeletionTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}

/// <summary>A list of resources; <c>metadata.continue</c> is null on its last page.</summary>
public sealed record ResourceList<T> : ResourcePart where T : Resource
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public ListMeta Metadata { get; init => field = value ?? new(); } = new();

    public IReadOnlyList<T> Items { get; init => field = value ?? []; } = [];
}

public sealed record ListMeta : ResourcePart
{
    public string? Continue { get; init; }

    public string? ResourceVersion { get; init; }
}

/// <summary>One of <c>status.conditions</c>.</summary>
public sealed record Condition : ResourcePart
{
    /// <summary><c>Ready</c>, <c>ConfigurationsReady</c>, <c>RoutesReady</c>, <c>ContainerHealthy</c>, <c>Completed</c>…</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    public string? Reason { get; init; }

    public string? Message { get; init; }

    /// <summary>Null or empty: an error when false; <c>Warning</c>, <c>Info</c>.</summary>
    public string? Severity { get; init; }

    public DateTimeOffset? LastTransitionTime { get; init; }
}

/// <summary>The values of <c>apiVersion</c>.</summary>
public static class ApiVersions
{
    public const string Serving = "serving.knative.dev/v1";
    public const string Jobs = "run.googleapis.com/v1";
}
