using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>The HTTP answer of a server that did not upgrade the connection.</summary>
/// <param name="Status">Anything but 101.</param>
/// <param name="RetryAfter">The server's <c>Retry-After</c>: the next attempt does not come before.</param>
/// <param name="Node">The node that the server waits for, where it is known.</param>
public sealed record UpgradeRefusal(int Status, TimeSpan? RetryAfter = null, string? Node = null)
{
    /// <summary>Whether the server, or what stands before it, asks to come again later.</summary>
    public bool IsForNow => Status is 429 or 502 or 503 or 504;

    /// <summary>Whether trying again alone cannot help: the address, the identity or the client must be another.</summary>
    public bool IsFinal => Status is not (408 or 425 or 429) and < 500;

    /// <summary>For people: what would be right, where the status says what is wrong; otherwise null.</summary>
    public string? Advice => Status switch
    {
        400 => $"the subprotocol must be {Limits.Subprotocol}",
        401 => "a valid token must be shown, for example in the Authorization header",
        403 => "this identity, or this origin, is not allowed to connect",
        404 => "there is nothing at this path, it is /ws by default",
        426 => "no WebSocket upgrade arrived: a proxy on the way may have to let it pass",
        >= 300 and < 400 => "it redirects: use the address it redirects to (wss in place of ws, for example)",
        < 300 => "that is no WebSocket address, its path is /ws by default",
        _ => null,
    };

    /// <summary>
    /// What a client does. An address that has worked before is right: then only the identity can be wrong for good, and whatever else
    /// stands in the way may be in the middle of a deployment.
    /// </summary>
    internal CloseAction Action(bool wasWelcome) => Status switch
    {
        401 => CloseAction.RefreshToken,
        403 => CloseAction.Stop,
        _ when IsFinal && !wasWelcome => CloseAction.Stop,
        _ => CloseAction.Reconnect,
    };
}
