namespace Gatehouse.CloudRun.Api;

/// <summary>What an API that did not do what it was asked has said, as far as it makes a difference to the one who asked.</summary>
public enum ApiFault
{
    /// <summary>400, 422: what was sent is wrong, and will be the next time.</summary>
    Invalid,

    /// <summary>401: no token, or one that is not good (any more).</summary>
    Unauthenticated,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>404.</summary>
    NotFound,

    /// <summary>409: somebody else was quicker, or the name is taken. Read again and decide again.</summary>
    Conflict,

    /// <summary>429: it was not done; later it may be.</summary>
    TooMany,

    /// <summary>5xx, or no answer: for a change it is unknown whether it was done. Read again and decide again.</summary>
    Unknown,
}

/// <summary>The API refused, failed, or could not be reached.</summary>
public sealed class ApiException(ApiFault fault, int? status, string message, Exception? inner = null) : Exception(message, inner)
{
    public ApiFault Fault => fault;

    /// <summary>The HTTP status; null if there was no answer.</summary>
    public int? Status => status;
}
