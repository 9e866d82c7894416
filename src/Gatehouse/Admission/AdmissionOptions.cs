namespace Gatehouse.Admission;

/// <summary>Whom the front door lets in, and what becomes of those who come too early; immutable. For limits, 0 is none.</summary>
public sealed record AdmissionOptions
{
    /// <summary>How long an upgrade that comes before the graph is ready is held. Default 10 s; zero: it is refused at once.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Upgrades held at once. Default 1,000; one more is refused at once.</summary>
    public int MaxHeld { get; init; } = 1000;

    /// <summary>
    /// Whether an upgrade that would be refused because the server is not ready is accepted instead, told <c>starting</c> and closed
    /// with 1013: browsers cannot read a refused upgrade. Default false.
    /// </summary>
    public bool Starting { get; init; }

    /// <summary>Handshakes a second of one user; as many at once after a pause. Default 10.</summary>
    public int UserHandshakesPerSecond { get; init; } = 10;

    /// <summary>Connections of one user, held ones included. Default 20.</summary>
    public int UserConnections { get; init; } = 20;

    /// <summary>Handshakes a second of the whole instance; as many at once after a pause. Default 2,000.</summary>
    public int HandshakesPerSecond { get; init; } = 2000;

    /// <summary>Connections of the whole instance, held ones included. Default 20,000.</summary>
    public int Connections { get; init; } = 20_000;

    /// <summary>
    /// How many proxies of one's own are before the server. So many entries from the right of <c>X-Forwarded-For</c> is the client.
    /// Default 0: the header is ignored.
    /// </summary>
    public int TrustedHops { get; init; }

    /// <summary>Signs resume tokens, the same on every instance; null: each process has a key of its own.</summary>
    internal byte[]? ResumeKey { get; init; }
}
