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
        var cancel = new CancellationTokenSource();
        var over = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var race = ((Task)over.Task).WaitAsync(limit, clock, stop);
        var run = Task.Run(async () => over.TrySetResult(await work(cancel.Token)), CancellationToken.None);

        await race.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A race that was not won was ended by a timer or a token: leave the thread of whoever moved the clock, it may hold a lock.
        if (!race.IsCompletedSuccessfully) await Task.Yield();
        if (over.Task.IsCompleted)
        {
            cancel.Dispose();
            return new(true, await over.Task, run);
        }
        // Cancelling runs the work's own callbacks, which may throw or block: off this thread, and observed.
        var cancelled = cancel.CancelAsync();
        _ = Task.WhenAll(run, cancelled).ContinueWith(
            both =>
            {
                _ = both.Exception;
                cancel.Dispose();
            },
            CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        return new(false, default!, run);
    }
}
