namespace Gatehouse.LocalRun.Revisions;

/// <summary>
/// How long a revision waits before it starts an instance again after failures. The platform limits restarts in a way that it does not publish;
/// this is ours: nothing after the first failure, then 1 s doubling to 60 s. A minute of life of any instance forgets it all.
/// </summary>
internal sealed class RestartDelay(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan GoodLife = TimeSpan.FromSeconds(60);

    private int _failures;
    private long _failedAt;

    public void Failed()
    {
        _failures++;
        _failedAt = clock.GetTimestamp();
    }

    /// <summary>An instance has ended that had been ready for a while.</summary>
    public void Lived(TimeSpan life)
    {
        if (life >= GoodLife) _failures = 0;
    }

    /// <summary>How long still; zero if one may be started now.</summary>
    public TimeSpan Left
    {
        get
        {
            if (_failures < 2) return TimeSpan.Zero;
            var delay = First * Math.Pow(2, Math.Min(_failures - 2, 16));
            var left = (delay < Longest ? delay : Longest) - clock.GetElapsedTime(_failedAt);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }
}
