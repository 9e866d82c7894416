namespace Gatehouse.Readiness;

/// <summary>The words for states and strengths in probes, metrics, logs and timelines.</summary>
public static class NodeStateText
{
    /// <summary>The state in lower case, as the probes write it.</summary>
    public static string ToText(this NodeState state) => state switch
    {
        NodeState.Waiting => "waiting",
        NodeState.Checking => "checking",
        NodeState.Stabilising => "stabilising",
        NodeState.Ready => "ready",
        NodeState.Degraded => "degraded",
        NodeState.Failed => "failed",
        NodeState.Stopped => "stopped",
        _ => "unknown",
    };

    /// <summary>The strength in lower case.</summary>
    public static string ToText(this EdgeStrength strength) => strength switch
    {
        EdgeStrength.Hard => "hard",
        EdgeStrength.Soft => "soft",
        _ => "informational",
    };
}
