namespace Gatehouse.Client;

/// <summary>Why something that was asked for will not happen.</summary>
/// <param name="Code">A code of docs/protocol.md §6, or one of the constants here, which the client makes itself.</param>
/// <param name="Message">For people.</param>
public sealed record Failure(string Code, string Message)
{
    /// <summary>The command is larger than the server's <c>maxFrameBytes</c>.</summary>
    public const string FrameTooBig = "frame_too_big";

    /// <summary>It had no answer when the server closed the connection with 1008 or 1009, so it is never sent again.</summary>
    public const string Refused = "refused";

    /// <summary>The session has stopped.</summary>
    public const string Closed = "closed";

    /// <summary>Too many commands have no answer yet.</summary>
    public const string BacklogFull = "backlog_full";
}
