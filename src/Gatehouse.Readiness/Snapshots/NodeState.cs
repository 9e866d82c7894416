namespace Gatehouse.Readiness;

/// <summary>Where a node stands.</summary>
public enum NodeState
{
    /// <summary>Never checked, or its monitor has fallen silent. Not healthy.</summary>
    Unknown,

    /// <summary>Waits for the nodes that come first.</summary>
    Waiting,

    /// <summary>Its first check is under way.</summary>
    Checking,

    /// <summary>Good so far, but not yet for an unbroken window.</summary>
    Stabilising,

    /// <summary>Does its job.</summary>
    Ready,

    /// <summary>Does its job, but not as it should, or in doubt after a failure that does not yet count as a fall.</summary>
    Degraded,

    /// <summary>Does not do its job.</summary>
    Failed,

    /// <summary>The process is ending: the node is no longer checked, and what it had declared to undo is undone, or its reason says why not.</summary>
    Stopped,
}
