using System.Diagnostics;

namespace Gatehouse.CloudRun.Rollout;

/// <summary>The process that runs a rollout.</summary>
public static class OwnerProcess
{
    public static RolloutOwner Me() => new(Environment.MachineName, Environment.ProcessId, Guid.NewGuid().ToString("N"));

    /// <summary>Known only of this host's: what runs elsewhere has to be waited for.</summary>
    public static bool IsGone(RolloutOwner owner)
    {
        if (owner.Host != Environment.MachineName) return false;
        try
        {
            using var process = Process.GetProcessById(owner.Process);
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
