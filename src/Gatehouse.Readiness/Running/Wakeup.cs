namespace Gatehouse.Readiness;

/// <summary>A rest that somebody can cut short. One waiter; any number of wakers, from any thread.</summary>
internal sealed class Wakeup(TimeProvider clock)
{
    private TaskCompletionSource _signal = New();

    /// <summary>Starts the rest now, on the caller's thread; it is over at once if somebody called since <see cref="Reset"/>.</summary>
    public Task Rest(TimeSpan length, CancellationToken stop) => Volatile.Read(ref _signal).Task.WaitAsync(length, clock, stop);

    public void Wake() => Volatile.Read(ref _signal).TrySetResult();

    /// <summary>Forgets earlier calls; what is about to be checked answers them.</summary>
    public void Reset()
    {
        if (_signal.Task.IsCompleted) Volatile.Write(ref _signal, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
