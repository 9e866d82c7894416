namespace Gatehouse.CloudRun.Rollout;

/// <summary>How a rollout ended.</summary>
public enum RolloutOutcome
{
    /// <summary>The candidate has all traffic.</summary>
    Done,

    /// <summary>Nothing was deployed: the present revision is not well, or the migration failed.</summary>
    Refused,

    /// <summary>The candidate broke something; traffic and sockets are back, and that was shown.</summary>
    RolledBack,

    /// <summary>The candidate broke something; that the way back has worked could not be shown.</summary>
    RollbackUnproved,

    /// <summary>The first revision of a service is not good, and there is none to go back to.</summary>
    FirstFailed,
}
