namespace Gatehouse.Readiness;

/// <summary>A node as it was declared.</summary>
internal sealed record NodeDefinition(
    string Name,
    NodeCheck Check,
    IReadOnlyList<Edge> After,
    Retry Retry,
    Stability Stability,
    NodePolicy Policy,
    NodeStop? Stop = null)
{
    /// <summary>The least time that a start must allow the node: one full check and its longest window.</summary>
    public TimeSpan Budget => Policy.Timeout + Stability.Window;
}
