namespace Gatehouse.Readiness;

/// <summary>The four answers that a check can give.</summary>
public enum CheckStatus
{
    /// <summary>The node does its job.</summary>
    Healthy,

    /// <summary>The node does its job, but not as it should (slow, or on a spare). It counts as up, unless <see cref="NodePolicy.DegradedIsUp"/> is false.</summary>
    Degraded,

    /// <summary>The node does not do its job now; waiting may mend it.</summary>
    Failed,

    /// <summary>The node does not do its job, and no waiting will mend it (a build too old for its schema).</summary>
    Fatal,
}
