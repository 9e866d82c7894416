namespace Gatehouse.Client;

/// <summary>How a session stands to its server.</summary>
public enum ConnectionState
{
    /// <summary>Not started.</summary>
    Idle,

    /// <summary>A connection is being made, or waits for its <c>welcome</c>.</summary>
    Connecting,

    /// <summary>Commands are sent and events arrive.</summary>
    Connected,

    /// <summary>There is no connection, and the next attempt waits for its delay or for a token.</summary>
    Waiting,

    /// <summary>For good: by the app, or because the server said so.</summary>
    Stopped,
}
