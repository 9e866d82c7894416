using Gatehouse.CloudRun.Resources;

namespace Gatehouse.LocalRun.Services;

/// <summary>Makes conditions that all came to hold at one time.</summary>
internal readonly record struct Conditions(DateTimeOffset At)
{
    public const string HealthCheckFailed = "HealthCheckContainerError";

    public Condition True(string type) => new() { Type = type, Status = "True", LastTransitionTime = At };

    public Condition False(string type, string reason, string message) =>
        new() { Type = type, Status = "False", Reason = reason, Message = message, LastTransitionTime = At };

    public Condition Unknown(string type, string? reason = null, string? message = null) =>
        new() { Type = type, Status = "Unknown", Reason = reason, Message = message, LastTransitionTime = At };
}
