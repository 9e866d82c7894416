using Gatehouse.Protocol;

namespace Gatehouse.Client;

internal enum LinkPhase
{
    /// <summary>Asked for, not open.</summary>
    Dialling,

    /// <summary>Open, not welcome.</summary>
    Open,

    /// <summary>The one that commands go to.</summary>
    Current,

    /// <summary>Another has taken over.</summary>
    Retiring,
}

/// <summary>One WebSocket as the session sees it.</summary>
internal sealed class Link(int number)
{
    private static readonly TimeSpan AssumedHeartbeat = TimeSpan.FromSeconds(20);
    private const double HeartbeatsUntilDead = 2.25;

    public int Number => number;
    public LinkPhase Phase { get; set; }
    public TimeSpan HeardAt { get; set; }
    public TimeSpan? WelcomedAt { get; private set; }
    public int MaxFrameBytes { get; private set; } = Limits.FrameBytes;

    /// <summary>What the server said that it waits for.</summary>
    public string? StartingNode { get; set; }

    /// <summary>When the server will close it, as its goaway said.</summary>
    public TimeSpan? Deadline { get; set; }

    private TimeSpan Heartbeat { get; set; } = AssumedHeartbeat;

    /// <summary>When something falls due by itself: its death, or its end after a goaway.</summary>
    public TimeSpan? DueAt => Phase switch
    {
        LinkPhase.Open or LinkPhase.Current => HeardAt + (Heartbeat * HeartbeatsUntilDead),
        LinkPhase.Retiring => Deadline,
        _ => null,
    };

    public void Welcome(Welcome welcome, TimeSpan now)
    {
        Phase = LinkPhase.Current;
        WelcomedAt = now;
        Heartbeat = TimeSpan.FromMilliseconds(Math.Max(welcome.HeartbeatMs, 1));
        MaxFrameBytes = welcome.MaxFrameBytes;
    }
}
