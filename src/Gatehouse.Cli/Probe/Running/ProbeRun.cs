using Gatehouse.Diagnosis;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// All walks of a run. With a rate the n-th begins n/rate after the first, by the clock and not by the answers before it: a service that
/// becomes slow is not asked less often, which would hide it. A thousand at once are the most; who comes later waits, and that is told.
/// </summary>
internal sealed class ProbeRun(RunSettings settings, Func<Action<ProbeLayer>, CancellationToken, Task<OutsideProbe>> walk, TimeProvider clock)
{
    public const int MostAtOnce = 1000;
    private int _layer = -1;

    public Tally Tally { get; } = new();

    /// <summary>Walks that could not begin on time, because a thousand others had not ended.</summary>
    public int Late { get; private set; }

    /// <summary>The layer that a walk has entered last; null before.</summary>
    public ProbeLayer? Layer => Volatile.Read(ref _layer) is >= 0 and var layer ? (ProbeLayer)layer : null;

    /// <summary>Ends early, without an exception, when it is cancelled: what has been walked is in the tally.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (settings.Rate is { } rate) await RunOpenAsync(rate, cancellationToken);
            else
            {
                for (var i = 0; i < settings.Count; i++) await WalkAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ctrl-C: what is there is reported.
        }
    }

    private async Task RunOpenAsync(double rate, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        using var places = new SemaphoreSlim(MostAtOnce);
        HashSet<Task> walking = [];
        try
        {
            for (var i = 0; i < settings.Count; i++)
            {
                var wait = TimeSpan.FromSeconds(i / rate) - clock.GetElapsedTime(began);
                if (wait > TimeSpan.Zero) await Task.Delay(wait, clock, cancellationToken);
                if (!places.Wait(0, cancellationToken))
                {
                    Late++;
                    await places.WaitAsync(cancellationToken);
                }
                walking.RemoveWhere(done => done.IsCompletedSuccessfully);
                walking.Add(ReleaseAsync(places, cancellationToken));
            }
        }
        finally
        {
            await Task.WhenAll(walking);
        }
    }

    private async Task ReleaseAsync(SemaphoreSlim places, CancellationToken cancellationToken)
    {
        try
        {
            await WalkAsync(cancellationToken);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task WalkAsync(CancellationToken cancellationToken) =>
        Tally.Add(await walk(layer => Volatile.Write(ref _layer, (int)layer), cancellationToken));
}
