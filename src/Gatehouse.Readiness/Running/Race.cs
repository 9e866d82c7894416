namespace Gatehouse.Readiness;

/// <summary>
/// Runs somebody's work against a limit that is enforced: work that ignores its token loses the race and is left behind, its
/// token cancelled, and watched to its end, so that nothing it throws later goes unobserved.
/// </summary>
internal static class Race
{
    /// <summary>Starts the work on the thread pool. The limit is armed first, so that nothing in the work can delay its own judge.</summary>
    /// <param name="work">Must not throw.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="clock">By which clock.</param>
    /// <param name="stop">Ends the race before its limit.</param>
    public static async Task<RaceResult<T>> RunAsync<T>(Func<CancellationToken, Task<T>> work, TimeSpan limit, TimeProvider clock, CancellationToken stop)
    {
        var (cancel, thread) = (new CancellationTokenSource(), new LentThread());
        var over = new TaskCompletionSource<T>();
        var race = ((Task)over.Task).WaitAsync(limit, clock, stop);
        var run = EnterAsync(work, over, thread, cancel.Token);

        await race.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A race that was not won was ended by a timer or a token: leave the thread of whoever moved the clock, it may hold a lock.
        if (!race.IsCompletedSuccessfully) await Task.Yield();
        if (!over.Task.IsCompleted)
        {
            thread.Replace();
            LeaveBehind(run, cancel);
            return new(false, default!, run);
        }
        cancel.Dispose();
        return new(true, await over.Task, run);
    }

    private static async Task EnterAsync<T>(
        Func<CancellationToken, Task<T>> work, TaskCompletionSource<T> over, LentThread thread, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // onto the pool
        var working = work(cancellationToken);
        thread.GiveBack();
        // What waits for the end of the race goes on here: on our own thread if the work ended at once. Any other may have ended on anybody's.
        var endedAtOnce = working.IsCompleted;
        var result = await working;
        if (!endedAtOnce) await Task.Yield();
        over.TrySetResult(result);
    }

    private static void LeaveBehind(Task run, CancellationTokenSource cancel)
    {
        // Cancelling runs the work's own callbacks, which may throw or block: off this thread, and observed.
        var cancelled = cancel.CancelAsync();
        _ = Task.WhenAll(run, cancelled).ContinueWith(
            both =>
            {
                _ = both.Exception;
                cancel.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }
}
