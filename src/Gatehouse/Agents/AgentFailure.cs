using System.ClientModel;
using System.Net.Sockets;
using System.Text.Json;

namespace Gatehouse.Agents;

/// <summary>
/// Why a model call failed, for the run's <c>RUN_ERROR</c>. Closed: only <see cref="From"/> makes one. Neither text has anything
/// of an exception's message in it, because providers put parts of keys, prompts and addresses there.
/// </summary>
internal sealed record AgentFailure
{
    /// <summary>The model or the agent failed; the same may fail again.</summary>
    public const string Failed = "agent_failed";

    /// <summary>The provider wants fewer requests.</summary>
    public const string RateLimited = "agent_rate_limited";

    /// <summary>The provider could not be reached, was overloaded, or stopped in the middle.</summary>
    public const string Unreachable = "agent_unreachable";

    private AgentFailure(string code, string publicMessage, string detail, TimeSpan? retryAfter = null)
    {
        Code = code;
        PublicMessage = publicMessage;
        Detail = detail;
        RetryAfter = retryAfter;
    }

    public string Code { get; }

    /// <summary>For the user.</summary>
    public string PublicMessage { get; }

    /// <summary>For the log: the exception's type and what is known about it in numbers.</summary>
    public string Detail { get; }

    /// <summary>How long the provider asks to wait; null if it did not say.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>
    /// Classifies what a model call threw. A caller that cancelled the call asks its own token first: here a cancellation is the
    /// provider's silence.
    /// </summary>
    public static AgentFailure From(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return exception switch
        {
            AggregateException { InnerExceptions: [.., var last] } => From(last), // one for each try
            ClientResultException { Status: > 0 } refused => FromStatus(refused),
            OperationCanceledException or TimeoutException =>
                new(Unreachable, "The model did not answer in time.", Name(exception)),
            EndOfStreamException =>
                new(Unreachable, "The model stopped in the middle of its answer.", Name(exception)),
            _ when IsNetwork(exception) =>
                new(Unreachable, "The connection to the model failed.", Name(exception)),
            JsonException =>
                new(Failed, "The model's provider sent something that is not valid.", Name(exception)),
            _ => new(Failed, "The agent failed.", Name(exception)),
        };
    }

    /// <summary>Whether the fault lies between here and the provider. The client wraps what its transport throws.</summary>
    public static bool IsNetwork(Exception exception) => exception is HttpRequestException or IOException or SocketException
        || (exception is ClientResultException { Status: 0, InnerException: { } inner } && IsNetwork(inner));

    private static AgentFailure FromStatus(ClientResultException refused)
    {
        var detail = $"{nameof(ClientResultException)}, HTTP {refused.Status}";
        var wait = OpenAi.RetryAfter.Of(refused.GetRawResponse());
        return refused.Status switch
        {
            429 or 529 => new(RateLimited, "The model's provider has too many requests at the moment.", detail, wait),
            408 or 502 or 503 or 504 => new(Unreachable, "The model is not available at the moment.", detail, wait),
            401 or 403 => new(Failed, "The model's provider did not accept this server's key.", detail),
            402 => new(Failed, "This server's account at the model's provider is exhausted.", detail),
            404 => new(Failed, "The model's provider does not know the model or the address.", detail),
            400 or 413 or 422 => new(Failed, "The model's provider did not accept the request.", detail),
            _ => new(Failed, "The model's provider failed.", detail, wait),
        };
    }

    private static string Name(Exception exception)
    {
        var socket = exception as SocketException ?? exception.GetBaseException() as SocketException;
        return socket is null ? exception.GetType().Name : $"{exception.GetType().Name}, {socket.SocketErrorCode}";
    }
}
