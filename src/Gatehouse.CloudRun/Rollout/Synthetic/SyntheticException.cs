namespace Gatehouse.CloudRun.Rollout;

/// <summary>A socket of ours was refused, broke, or was told something wrong. The message is for people and has no address in it.</summary>
internal sealed class SyntheticException(string message, int? status = null) : Exception(message)
{
    /// <summary>Of a refused upgrade.</summary>
    public int? Status => status;
}
