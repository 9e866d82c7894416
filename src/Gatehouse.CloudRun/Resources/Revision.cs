using System.Text.Json.Serialization;

namespace Gatehouse.CloudRun.Resources;

/// <summary>One version of a service, never changed: what its template said when it was made.</summary>
public sealed record Revision : Resource
{
    public RevisionSpec Spec { get; init => field = value ?? new(); } = new();

    public RevisionStatus? Status { get; init; }
}

public sealed record RevisionStatus : ResourcePart
{
    public long? ObservedGeneration { get; init; }

    public IReadOnlyList<Condition>? Conditions { get; init; }

    public string? LogUrl { get; init; }

    public string? ServiceName { get; init; }
}

public sealed record RevisionTemplate : ResourcePart
{
    /// <summary>A name here is the revision's: it begins with the service's and a dash.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    public RevisionSpec Spec { get; init => field = value ?? new(); } = new();
}

public sealed record RevisionSpec : ResourcePart
{
    /// <summary>Requests, sockets included, that one instance serves at once. Cloud Run: 80 if left out, at most 1000.</summary>
    public int? ContainerConcurrency { get; init; }

    /// <summary>The longest a request, and so a socket, may live. Cloud Run: 300 if left out, at most 3600.</summary>
    public int? TimeoutSeconds { get; init; }

    public string? ServiceAccountName { get; init; }

    public IReadOnlyList<Container> Containers { get; init => field = value ?? []; } = [];
}

public sealed record Container : ResourcePart
{
    public string? Name { get; init; }

    public string? Image { get; init; }

    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyList<string>? Args { get; init; }

    public string? WorkingDir { get; init; }

    public IReadOnlyList<EnvVar>? Env { get; init; }

    /// <summary>At most one.</summary>
    public IReadOnlyList<ContainerPort>? Ports { get; init; }

    public ResourceRequirements? Resources { get; init; }

    public Probe? StartupProbe { get; init; }

    public Probe? LivenessProbe { get; init; }

    public Probe? ReadinessProbe { get; init; }
}

/// <summary>An environment variable: a value, or (kept in <see cref="ResourcePart.Others"/>) <c>valueFrom</c>.</summary>
public sealed record EnvVar : ResourcePart
{
    public required string Name { get; init; }

    public string? Value { get; init; }
}

public sealed record ContainerPort : ResourcePart
{
    /// <summary><c>http1</c> or <c>h2c</c>; h2c rules WebSockets out.</summary>
    public string? Name { get; init; }

    /// <summary>8080 if left out.</summary>
    [JsonPropertyName("containerPort")]
    public int? Number { get; init; }
}

public sealed record ResourceRequirements : ResourcePart
{
    /// <summary>For example <c>cpu: 1000m</c>, <c>memory: 512Mi</c>.</summary>
    public IReadOnlyDictionary<string, string>? Limits { get; init; }

    public IReadOnlyDictionary<string, string>? Requests { get; init; }
}

/// <summary>A probe, by exactly one of the three ways. Left out, a number has the default of its kind of probe.</summary>
public sealed record Probe : ResourcePart
{
    public int? InitialDelaySeconds { get; init; }

    public int? PeriodSeconds { get; init; }

    public int? TimeoutSeconds { get; init; }

    public int? FailureThreshold { get; init; }

    public int? SuccessThreshold { get; init; }

    public HttpGetAction? HttpGet { get; init; }

    public TcpSocketAction? TcpSocket { get; init; }

    public GrpcAction? Grpc { get; init; }
}

public sealed record HttpGetAction : ResourcePart
{
    /// <summary><c>/</c> if left out.</summary>
    public string? Path { get; init; }

    /// <summary>The container's port if left out.</summary>
    public int? Port { get; init; }

    public IReadOnlyList<HttpHeader>? HttpHeaders { get; init; }
}

public sealed record HttpHeader : ResourcePart
{
    public required string Name { get; init; }

    public string? Value { get; init; }
}

public sealed record TcpSocketAction : ResourcePart
{
    public int? Port { get; init; }
}

public sealed record GrpcAction : ResourcePart
{
    public int? Port { get; init; }

    public string? Service { get; init; }
}
