namespace Gatehouse.Readiness;

/// <summary>
/// The thread of the pool on which work begins. Work that blocks instead of waiting keeps it, and if it is left behind there, the pool may have
/// one more until it comes back. The pool would find out by itself, but slowly, one thread in half a second: on a small machine a few
/// such checks would hold all it has, and nobody would answer the probes.
/// </summary>
internal sealed class LentThread
{
    private const int Lent = 0;
    private const int Back = 1;
    private const int Replaced = 2;

    private static readonly Lock Pool = new(); // guards the pool's size, which is the process's
    private static int _denied;

    private int _state = Lent;

    /// <summary>The work has returned its task: from here on it waits, if at all, without a thread.</summary>
    public void GiveBack()
    {
        if (Interlocked.Exchange(ref _state, Back) == Replaced) Shrink();
    }

    /// <summary>The work is left behind.</summary>
    public void Replace()
    {
        if (Interlocked.CompareExchange(ref _state, Replaced, Lent) == Lent) Grow();
    }

    private static void Grow()
    {
        lock (Pool)
        {
            ThreadPool.GetMinThreads(out var workers, out var others);
            if (!ThreadPool.SetMinThreads(workers + 1, others)) _denied++; // it has as many as it may have
        }
    }

    private static void Shrink()
    {
        lock (Pool)
        {
            ThreadPool.GetMinThreads(out var workers, out var others);
            if (_denied > 0) _denied--;
            else ThreadPool.SetMinThreads(workers - 1, others);
        }
    }
}
