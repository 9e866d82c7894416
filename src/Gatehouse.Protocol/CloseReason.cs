namespace Gatehouse.Protocol;

/// <summary>What a client does when its connection has been closed.</summary>
public enum CloseAction
{
    /// <summary>Connect again, with the ordinary delay.</summary>
    Reconnect,

    /// <summary>Connect again at once.</summary>
    ReconnectNow,

    /// <summary>Connect again, beginning with the second step of the delay.</summary>
    BackOff,

    /// <summary>Connect again; fail whatever was unanswered on the connection instead of sending it again.</summary>
    ReconnectWithoutResend,

    /// <summary>Connect again and subscribe without cursors.</summary>
    Resynchronise,

    /// <summary>Get a new token, then connect again.</summary>
    RefreshToken,

    /// <summary>Stay closed.</summary>
    Stop,
}

/// <summary>Why a connection ends; the number tells the client what to do (docs/protocol.md §7).</summary>
public readonly record struct CloseReason(int Code, string Text)
{
    public static readonly CloseReason GoingAway = new(1001, "going away");
    public static readonly CloseReason BinaryFrame = new(1003, "only text frames are understood");
    public static readonly CloseReason NotUtf8 = new(1007, "the text is not UTF-8");
    public static readonly CloseReason FrameTooBig = new(1009, "the frame is too big");
    public static readonly CloseReason ServiceRestart = new(1012, "service restart");
    public static readonly CloseReason TryAgainLater = new(1013, "try again later");

    /// <summary>What a client does after <paramref name="code"/>; null if the connection broke without a close frame.</summary>
    public static CloseAction ActionFor(int? code) => code switch
    {
        1000 or 1002 or 1003 or 1007 or >= 4000 and < 4100 => CloseAction.Stop,
        1008 or 1009 => CloseAction.ReconnectWithoutResend,
        1013 or >= 4100 and < 4200 => CloseAction.BackOff,
        >= 4200 and < 4300 => CloseAction.ReconnectNow,
        >= 4300 and < 4400 => CloseAction.RefreshToken,
        >= 4400 and < 4500 => CloseAction.Resynchronise,
        _ => CloseAction.Reconnect,
    };
}
