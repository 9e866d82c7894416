namespace Gatehouse.Readiness;

/// <summary>
/// What a check found. The reason is shown to operators by the probes and in logs: say what is wrong and keep
/// credentials out of it.
/// </summary>
public sealed record CheckResult
{
    private CheckResult(CheckStatus status, string? reason = null, string? signature = null, TimeSpan? peerUptime = null)
    {
        Status = status;
        Reason = reason;
        Signature = signature;
        PeerUptime = peerUptime;
    }

    /// <summary>The node does its job.</summary>
    public static CheckResult Healthy { get; } = new(CheckStatus.Healthy);

    /// <summary>Which of the four answers this is.</summary>
    public CheckStatus Status { get; }

    /// <summary>What is wrong, in words for an operator; null when nothing is.</summary>
    public string? Reason { get; }

    /// <summary>
    /// The machine-readable kind of the fault, for a catalogue of causes: a SQLSTATE such as <c>42P01</c>, a server's
    /// error word such as <c>LOADING</c>, or an exception's type name.
    /// </summary>
    public string? Signature { get; }

    /// <summary>How long the peer says that it has been up. A peer whose uptime shrinks has restarted, which breaks stability.</summary>
    public TimeSpan? PeerUptime { get; }

    /// <summary>The node does its job, and its peer reports how long it has been up: an old peer gets the short stability window.</summary>
    public static CheckResult HealthyPeer(TimeSpan uptime) => new(CheckStatus.Healthy, peerUptime: uptime);

    /// <summary>The node does its job, but not as it should.</summary>
    public static CheckResult Degraded(string reason, string? signature = null) => new(CheckStatus.Degraded, Said(reason), signature);

    /// <summary>The node does not do its job now; it is checked again.</summary>
    public static CheckResult Failed(string reason, string? signature = null) => new(CheckStatus.Failed, Said(reason), signature);

    /// <summary>
    /// A fault that waiting cannot mend: <c>/startup</c> answers <c>error</c> at once. The node is still checked again, at
    /// the slowest pace, because somebody may mend it by hand.
    /// </summary>
    public static CheckResult Fatal(string reason, string? signature = null) => new(CheckStatus.Fatal, Said(reason), signature);

    internal CheckResult SlowedTo(string reason) => new(CheckStatus.Degraded, reason, "slow", PeerUptime);

    internal bool IsUp => Status is CheckStatus.Healthy or CheckStatus.Degraded;

    private static string Said(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return reason;
    }
}
