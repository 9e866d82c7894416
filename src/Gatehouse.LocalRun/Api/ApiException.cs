namespace Gatehouse.LocalRun.Api;

/// <summary>What the API refuses, in the form of Google's errors.</summary>
/// <param name="code">The HTTP status.</param>
/// <param name="status">Google's name for the kind of error.</param>
/// <param name="violated">The field that is wrong; null if none is to be named.</param>
public sealed class ApiException(int code, string status, string message, string? violated = null) : Exception(message)
{
    public int Code => code;

    public string Status => status;

    /// <summary>The field that is wrong; null if none is to be named.</summary>
    public string? Field => violated;

    internal static ApiException Invalid(string field, string message) => new(400, "INVALID_ARGUMENT", message, field);

    internal static ApiException NotFound(string kind, string name) => new(404, "NOT_FOUND", $"{kind} '{name}' was not found.");

    internal static ApiException AlreadyThere(string kind, string name) => new(409, "ALREADY_EXISTS", $"{kind} '{name}' already exists.");

    internal static ApiException Conflict(string name, string given, string current) =>
        new(409, "ABORTED", $"Conflict for resource '{name}': version '{given}' was specified but current version is '{current}'.");
}
