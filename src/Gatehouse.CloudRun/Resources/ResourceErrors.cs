using System.Text.Json;

namespace Gatehouse.CloudRun.Resources;

/// <summary>What Cloud Run answers with instead of a resource: <c>{"error":{"code":409,"status":"ABORTED","message":"…"}}</c>.</summary>
public sealed record GoogleError : ResourcePart
{
    public required GoogleErrorBody Error { get; init; }
}

public sealed record GoogleErrorBody : ResourcePart
{
    public int Code { get; init; }

    public string? Status { get; init; }

    public string? Message { get; init; }

    /// <summary>For example a <c>BadRequest</c> with <c>fieldViolations</c>.</summary>
    public IReadOnlyList<JsonElement>? Details { get; init; }
}

/// <summary>What Knative, being Kubernetes, answers with: <c>{"kind":"Status","status":"Failure","reason":"Conflict","code":409,…}</c>.</summary>
public sealed record KubernetesStatus : ResourcePart
{
    public string? ApiVersion { get; init; }

    public string? Kind { get; init; }

    public string? Status { get; init; }

    public string? Message { get; init; }

    public string? Reason { get; init; }

    public int? Code { get; init; }
}
