namespace Gatehouse.CloudRun.Rollout;

/// <summary>How much is asked of a candidate, before it gets traffic and while it does.</summary>
public sealed record VerifySettings
{
    /// <summary>Upgrades at the candidate before it gets traffic. Default 150: a fault of one in twenty is missed once in 2,000 rollouts.</summary>
    public int Upgrades { get; init; } = 150;

    /// <summary>Chat turns before it gets traffic. Default 20.</summary>
    public int Turns { get; init; } = 20;

    /// <summary>Sockets that are held open from the verification on to the end, and must not drop. Default 3.</summary>
    public int Held { get; init; } = 3;

    /// <summary>How long the verification holds them at least. Default 45 s, because many a limit on idle connections is 30 s.</summary>
    public TimeSpan Soak { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>New connections that the candidate must have had at a share before it is judged. Default 20; what the users do not bring is made up by synthetic turns.</summary>
    public int Connections { get; init; } = 20;

    /// <summary>How long to wait for the users' own before making them up. Default 30 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many of them at once. Default 4.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How long an upgrade, or a whole turn, may take. Default 60 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The agent that is spoken to; null: the server's first.</summary>
    public string? Agent { get; init; }

    /// <summary>What is said to it. Default <c>ping</c>.</summary>
    public string Message { get; init; } = "ping";

    /// <summary>The path of the WebSocket. Default <c>/ws</c>.</summary>
    public string Path { get; init; } = "/ws";
}
