namespace Gatehouse.Platform.Host;

/// <summary>Work that is done in rounds, without end, and has a bug: while it is told to, every round throws.</summary>
internal sealed class BuggyWork
{
    public static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private volatile bool _isBroken;
    private int _rounds;

    public int Rounds => Volatile.Read(ref _rounds);

    public bool IsBroken => _isBroken;

    public void Break() => _isBroken = true;

    public void Mend() => _isBroken = false;

    public void DoRound()
    {
        if (_isBroken) throw new InvalidOperationException("a bug in the work");
        Interlocked.Increment(ref _rounds);
    }
}
