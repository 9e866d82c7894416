using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>What a <see cref="Session"/> asks of its owner, or tells it. Order matters.</summary>
public abstract record SessionOutput
{
    private protected SessionOutput() { }
}

/// <summary>Open this link after <paramref name="Delay"/>, unless it is closed or dropped before.</summary>
public sealed record OpenLink(int Link, TimeSpan Delay) : SessionOutput;

/// <summary>Send a command. <paramref name="Utf8"/> is <paramref name="Command"/> as JSON.</summary>
public sealed record SendCommand(int Link, Command Command, ReadOnlyMemory<byte> Utf8) : SessionOutput;

/// <summary>Close this link in order.</summary>
public sealed record CloseLink(int Link, int Code) : SessionOutput;

/// <summary>Throw this link away: it is dead, or not open yet.</summary>
public sealed record DropLink(int Link) : SessionOutput;

/// <summary>The connection state is now this.</summary>
/// <param name="Delay">While waiting: until the next attempt; null if it waits for a token.</param>
/// <param name="CloseCode">The code of the close that led here, if there was one.</param>
public sealed record StateChanged(ConnectionState State, TimeSpan? Delay = null, int? CloseCode = null) : SessionOutput;

/// <summary>The server is not ready and waits for <paramref name="Node"/>.</summary>
public sealed record ServerStarting(string Node) : SessionOutput;

/// <summary>The server said goaway; the session moves to another connection by itself.</summary>
public sealed record ServerLeaving(string Reason) : SessionOutput;

/// <summary>The token has expired: get another, then call <see cref="Session.TokenRenewed"/>.</summary>
public sealed record TokenNeeded : SessionOutput;

/// <summary>An error that answers no command.</summary>
public sealed record ServerComplained(Failure Failure) : SessionOutput;

/// <summary>What the app asked for is answered; <paramref name="Answer"/> is null for a follow.</summary>
public sealed record RequestAnswered(long Request, ServerMessage? Answer, Command? Command) : SessionOutput;

/// <summary>What the app asked for has failed for good.</summary>
public sealed record RequestFailed(long Request, Failure Failure) : SessionOutput;

/// <summary>The server refused a thread; it is no longer followed.</summary>
public sealed record ThreadRefused(string ThreadId, Failure Failure) : SessionOutput;

/// <summary>These events have just been applied, each exactly once and in order.</summary>
public sealed record EventsApplied(EventsMessage Message) : SessionOutput;

/// <summary>A snapshot has replaced all that was known of the thread.</summary>
public sealed record SnapshotApplied(string ThreadId, string Cursor) : SessionOutput;
