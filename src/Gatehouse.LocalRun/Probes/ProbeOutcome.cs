namespace Gatehouse.LocalRun.Probes;

/// <summary>How one attempt came out.</summary>
/// <param name="ConnectionStatus">The platform's name for what was wrong with the connection; null if that was not it.</param>
/// <param name="Detail">What was wrong in words; null if it succeeded.</param>
internal sealed record ProbeOutcome(bool Succeeded, string? ConnectionStatus = null, string? Detail = null)
{
    public static ProbeOutcome Success { get; } = new(true);

    /// <summary>Seen where the connection was refused.</summary>
    public static ProbeOutcome NotConnected(string detail) => new(false, "ERROR_CONNECTION_FAILED", detail);

    /// <summary>Seen where the time was over.</summary>
    public static ProbeOutcome TooLate { get; } = new(false, "DEADLINE_EXCEEDED", "no answer in time");

    public static ProbeOutcome Wrong(string detail) => new(false, null, detail);
}

/// <summary>An outcome and how many like it there have been in a row, itself included.</summary>
internal sealed record ProbeResult(ProbeOutcome Outcome, int Consecutive);
