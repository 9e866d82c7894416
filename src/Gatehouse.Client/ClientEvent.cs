using Gatehouse.Protocol;

namespace Gatehouse.Client;

/// <summary>What a client tells the app. All events of a client come in one order.</summary>
public abstract record ClientEvent
{
    private protected ClientEvent() { }
}

/// <summary>The connection state is now this.</summary>
/// <param name="Delay">While waiting: until the next attempt; null if it waits for a token.</param>
/// <param name="CloseCode">The code of the close that led here, if there was one.</param>
/// <param name="Node">While connecting or waiting: the node that the server, which is not ready, waits for, if it said so.</param>
public sealed record StateChanged(ConnectionState State, TimeSpan? Delay = null, int? CloseCode = null, string? Node = null) : ClientEvent;

/// <summary>The server is not ready and waits for <paramref name="Node"/>.</summary>
public sealed record ServerStarting(string Node) : ClientEvent;

/// <summary>The server said goaway; the session moves to another connection by itself.</summary>
public sealed record ServerLeaving(string Reason) : ClientEvent;

/// <summary>An error that answers no command.</summary>
public sealed record ServerComplained(Failure Failure) : ClientEvent;

/// <summary>The server refused a thread; it is no longer followed.</summary>
public sealed record ThreadRefused(string ThreadId, Failure Failure) : ClientEvent;

/// <summary>These events have just been applied, each exactly once and in order.</summary>
public sealed record EventsApplied(EventsMessage Message) : ClientEvent;

/// <summary>A snapshot has replaced all that was known of the thread.</summary>
public sealed record SnapshotApplied(string ThreadId, string Cursor) : ClientEvent;

/// <summary>A connection could not be made, or broke.</summary>
public sealed record LinkEnded(LinkFailure Failure) : ClientEvent;
