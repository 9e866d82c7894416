namespace Gatehouse.Admission;

internal enum AdmissionVerdict
{
    /// <summary>It is let in.</summary>
    Accept,

    /// <summary>It waits for the graph.</summary>
    Hold,

    /// <summary>It gets an HTTP error.</summary>
    Refuse,

    /// <summary>It is refused by way of a WebSocket, because whoever asks may not be able to read the HTTP error.</summary>
    Tell,

    /// <summary>It went away while it was held.</summary>
    Gone,
}

/// <summary>What becomes of an upgrade. Whoever gets one disposes its seat when the upgrade, or the connection, is over.</summary>
/// <param name="Refusal">Why not; null if it is accepted or held.</param>
/// <param name="Node">The node that it is held or refused over.</param>
internal readonly record struct AdmissionDecision(AdmissionVerdict Verdict, Seat Seat = default, Refusal? Refusal = null, string? Node = null);

/// <summary>A place among the connections that the limits count. Must be disposed once; none at all is fine to dispose.</summary>
internal readonly record struct Seat(AdmissionLimits? Limits, UserKey? User) : IDisposable
{
    public void Dispose() => Limits?.Leave(User);
}
