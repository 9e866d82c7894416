using Gatehouse.LocalRun.Events;
using Gatehouse.LocalRun.Revisions;

namespace Gatehouse.LocalRun.Ingress;

/// <summary>
/// What the front end says where no instance does: a short body for the client, the long text for the log. The bodies of 503 and 504 are those
/// that clients of the platform have seen; the others are only the status in words.
/// </summary>
internal sealed record FrontEndAnswer(int Status, string Body, string Log, LogSeverity Severity)
{
    private const string NoInstance = "The request was aborted because there was no available instance.";

    public static FrontEndAnswer MaxInstances { get; } = new(429, "Too Many Requests",
        NoInstance + " The Cloud Run service might have reached its maximum container instance limit or the service was otherwise not able to scale to incoming requests.",
        LogSeverity.Warning);

    public static FrontEndAnswer NotInTime { get; } = new(500, "Internal Server Error", NoInstance, LogSeverity.Error);

    public static FrontEndAnswer CouldNotStart { get; } =
        new(500, "Internal Server Error", "The request failed because the instance could not start successfully.", LogSeverity.Error);

    public static FrontEndAnswer BadConnection { get; } = new(503, "Service Unavailable",
        "The request failed because either the HTTP response was malformed or connection to the instance had an error. "
        + "Additional troubleshooting documentation can be found at: https://cloud.google.com/run/docs/troubleshooting#malformed-response-or-connection-error",
        LogSeverity.Error);

    public static FrontEndAnswer Timeout { get; } = new(504, "upstream request timeout",
        "The request has been terminated because it has reached the maximum request timeout. To change this limit, see https://cloud.google.com/run/docs/configuring/request-timeout",
        LogSeverity.Error);

    public static FrontEndAnswer Of(Refusal refusal) => refusal switch
    {
        Refusal.MaxInstances => MaxInstances,
        Refusal.CouldNotStart => CouldNotStart,
        _ => NotInTime,
    };
}
