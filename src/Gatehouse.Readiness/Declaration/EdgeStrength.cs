namespace Gatehouse.Readiness;

/// <summary>How much a node needs the one it comes after.</summary>
public enum EdgeStrength
{
    /// <summary>Starts only when the other is ready, and is not ready in truth without it.</summary>
    Hard,

    /// <summary>Starts when the other has its first verdict, whatever that is, and serves without it.</summary>
    Soft,

    /// <summary>Does not wait at all; the edge only tells diagnosis that the other may explain a fault.</summary>
    Informational,
}
