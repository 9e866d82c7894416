using Gatehouse.Operations;
using Gatehouse.Readiness;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Admission;

/// <summary>
/// The upgrades that wait for the graph. One reader watches it for all of them, and a change that decides wakes all by one signal,
/// those who come back first. A held upgrade costs its request and a timer; nothing is polled.
/// </summary>
internal sealed class HeldUpgrades(ReadinessGraph readiness, GatehouseMetrics metrics, AdmissionOptions options, TimeProvider clock) : BackgroundService
{
    private readonly Lock _gate = new();    // guards the rest, and the inside of a crowd
    private Crowd _crowd = new();
    private int _count;

    public int Count
    {
        get { lock (_gate) return _count; }
    }

    /// <summary>Waits until the door says something else than hold, the time is over, or there is no room to wait.</summary>
    /// <returns>What the door says then; still hold if time or room ended the wait.</returns>
    /// <exception cref="OperationCanceledException">The client went away.</exception>
    public async Task<FrontDoor> WaitAsync(bool returns, CancellationToken aborted)
    {
        if (Enter(returns) is not { } crowd) return FrontDoor.Of(readiness.Current);
        try
        {
            // Entered first, looked second: a change is either seen here or told by the signal.
            var door = FrontDoor.Of(readiness.Current);
            return door.Says is WhenDown.Hold ? await (returns ? crowd.Returning : crowd.Others).Task.WaitAsync(options.Hold, clock, aborted) : door;
        }
        catch (TimeoutException)
        {
            return FrontDoor.Of(readiness.Current);
        }
        finally
        {
            Leave(crowd, returns);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var snapshot in readiness.WatchAsync(stoppingToken))
                if (FrontDoor.Of(snapshot) is { Says: not WhenDown.Hold } door) Release(door);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            Release(new(WhenDown.Refuse, HandshakeReason.Draining));
        }
    }

    // Those who wait for the same signal. The others are woken when the last of those who return has been.
    private sealed class Crowd
    {
        public readonly TaskCompletionSource<FrontDoor> Returning = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public readonly TaskCompletionSource<FrontDoor> Others = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public int ReturningCount;
        public FrontDoor? Decided;
    }

    private Crowd? Enter(bool returns)
    {
        lock (_gate)
        {
            if (_count >= options.MaxHeld) return null;
            _count++;
            if (returns) _crowd.ReturningCount++;
            metrics.ConnectionMoved(null, ConnectionState.Held);
            return _crowd;
        }
    }

    private void Leave(Crowd crowd, bool returns)
    {
        lock (_gate)
        {
            _count--;
            if (returns) crowd.ReturningCount--;
            WakeOthersLocked(crowd);
            metrics.ConnectionMoved(ConnectionState.Held, null);
        }
    }

    private void Release(FrontDoor door)
    {
        lock (_gate)
        {
            if (_count == 0) return;
            var crowd = _crowd;
            _crowd = new();
            crowd.Decided = door;
            crowd.Returning.SetResult(door);
            WakeOthersLocked(crowd);
        }
    }

    private static void WakeOthersLocked(Crowd crowd)
    {
        if (crowd is { ReturningCount: 0, Decided: { } door }) crowd.Others.TrySetResult(door);
    }
}
