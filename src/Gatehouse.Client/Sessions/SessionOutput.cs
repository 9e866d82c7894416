using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>What a <see cref="Session"/> asks of its owner, or tells it. Order matters.</summary>
public abstract record SessionOutput
{
    private protected SessionOutput() { }
}

/// <summary>Open this link after <paramref name="Delay"/>, unless it is closed or dropped before.</summary>
/// <param name="ResumeToken">The token of the latest <c>welcome</c>, to be shown to the same server; null before the first.</param>
public sealed record OpenLink(int Link, TimeSpan Delay, string? ResumeToken = null) : SessionOutput
{
    /// <summary>Without the token, which is a secret.</summary>
    public override string ToString() => $"{nameof(OpenLink)} {{ Link = {Link}, Delay = {Delay} }}";
}

/// <summary>Send a command. <paramref name="Utf8"/> is <paramref name="Command"/> as JSON.</summary>
public sealed record SendCommand(int Link, Command Command, ReadOnlyMemory<byte> Utf8) : SessionOutput;

/// <summary>Close this link in order.</summary>
public sealed record CloseLink(int Link, int Code) : SessionOutput;

/// <summary>Throw this link away: it is dead, or not open yet.</summary>
public sealed record DropLink(int Link) : SessionOutput;

/// <summary>The token has expired: get another, then call <see cref="Session.TokenRenewed"/>.</summary>
public sealed record TokenNeeded : SessionOutput;

/// <summary>What the app asked for is answered; <paramref name="Answer"/> is null for a follow.</summary>
public sealed record RequestAnswered(long Request, ServerMessage? Answer, Command? Command) : SessionOutput;

/// <summary>What the app asked for has failed for good.</summary>
public sealed record RequestFailed(long Request, Failure Failure) : SessionOutput;

/// <summary>Tell the app.</summary>
public sealed record Tell(ClientEvent Event) : SessionOutput;
