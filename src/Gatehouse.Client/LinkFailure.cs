using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>How a connection ended, or why there was none.</summary>
/// <param name="Reason">For people: what happened, without the address.</param>
/// <param name="CloseCode">The code of the server's close frame; null if there was none.</param>
/// <param name="Refusal">The HTTP answer with which the server refused the upgrade; null if it did not.</param>
/// <param name="Node">The node that the server, which is not ready, waits for, if it said so.</param>
public sealed record LinkFailure(Uri Server, string Reason, int? CloseCode = null, UpgradeRefusal? Refusal = null, string? Node = null)
{
    /// <summary>Whether a server has answered, and asks to come again later.</summary>
    public bool IsForNow => Refusal is { IsForNow: true } || CloseCode is not null && !IsFinal;

    /// <summary>Whether trying again alone cannot help.</summary>
    public bool IsFinal => Refusal is { IsFinal: true } || CloseCode is { } code && CloseReason.ActionFor(code) is CloseAction.Stop;

    /// <summary>The reason and the address, without its query, which may hold secrets.</summary>
    public override string ToString() => $"{Server.GetLeftPart(UriPartial.Path)}: {Reason}";
}
