using Gatehouse.Chat;
using Gatehouse.Operations;
using Gatehouse.Store;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Runs;

/// <summary>The threads that this instance owns. Every owner is awaited at the end; one that fails is replaced by a new claim.</summary>
internal sealed partial class ThreadOwners(
    OwnerTools tools, ISignals signals, Instance instance, GatehouseMetrics metrics, ILogger<ThreadOwners> logger) : IAsyncDisposable
{
    private const int TakenAtOnce = 50;

    private readonly Dictionary<string, (ThreadOwner Owner, Task Done)> _owners = new(StringComparer.Ordinal);  // guarded by itself
    private readonly CancellationTokenSource _stopping = new();
    private OwnerInput.HandOver? _handOver;     // guarded by _owners
    private TaskCompletionSource? _none;        // guarded by _owners

    /// <summary>What is executing here, the self-test left out.</summary>
    public RunsNow Runs()
    {
        lock (_owners)
        {
            var owners = _owners.Values.Select(owned => owned.Owner).Where(owner => !SelfTest.Owns(owner.ThreadId)).ToList();
            return new(
                [.. owners.Select(owner => owner.Current).OfType<OwnerEffect.CallModel>().Select(call => new ActiveRun(
                    call.Run.RunId, call.Run.Agent, Math.Round((tools.Clock.GetUtcNow() - call.Run.StartedAt!.Value).TotalSeconds, 1), call.Step + 1))],
                owners.Sum(owner => owner.Waiting));
        }
    }

    /// <summary>Threads owned here.</summary>
    public int Count
    {
        get { lock (_owners) return _owners.Count; }
    }

    /// <summary>Whether all threads are being given up.</summary>
    public bool IsHandingOver
    {
        get { lock (_owners) return _handOver is not null; }
    }

    /// <summary>The owners that are here.</summary>
    public IReadOnlyList<ThreadOwner> All
    {
        get { lock (_owners) return [.. _owners.Values.Select(owned => owned.Owner)]; }
    }

    /// <summary>Whether a thread is owned here.</summary>
    public bool Owns(string threadId)
    {
        lock (_owners) return _owners.ContainsKey(threadId);
    }

    /// <summary>Starts to work on a thread that the store has granted.</summary>
    public void Own(Claim claim)
    {
        lock (_owners)
        {
            if (_stopping.IsCancellationRequested) return;      // whoever starts next finds the thread abandoned
            var owner = new ThreadOwner(claim, tools, new(metrics, SelfTest.Owns(claim.ThreadId)), logger);
            _owners[claim.ThreadId] = (owner, RunAsync(owner));
            if (_handOver is { } handOver) owner.Tell(handOver);
        }
    }

    /// <summary>
    /// Gives all threads up, and all that still come: at their next step boundary, or with <paramref name="atOnce"/> without
    /// waiting for the step under way.
    /// </summary>
    public void HandOver(bool atOnce)
    {
        lock (_owners)
        {
            _handOver = new(atOnce);
            foreach (var (owner, _) in _owners.Values) owner.Tell(_handOver);
        }
    }

    /// <summary>Completes when no thread is owned here.</summary>
    public Task WhenNoneAsync()
    {
        lock (_owners)
            return _owners.Count == 0 ? Task.CompletedTask : (_none ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    /// <summary>Tells the owner of a thread what concerns it.</summary>
    /// <returns>Whether it is here.</returns>
    public bool Hear(Signal.OfThread signal)
    {
        ThreadOwner owner;
        lock (_owners)
        {
            if (!_owners.TryGetValue(signal.ThreadId, out var owned)) return false;
            owner = owned.Owner;
        }
        switch (signal)
        {
            case Signal.Queued queued: owner.Tell(new OwnerInput.Queued(queued.RunId, queued.MessageId, queued.Text)); break;
            case Signal.Cancel cancel: owner.Tell(new OwnerInput.Cancel(cancel.RunId)); break;
        }
        return true;
    }

    /// <summary>Claims every thread that has open runs and no owner, or one that is gone.</summary>
    public async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        while (await tools.Store.TakeOverAsync(instance.Id, TakenAtOnce, cancellationToken) is { Count: > 0 } claims)
            foreach (var claim in claims)
            {
                LogRecovered(claim.ThreadId, claim.Generation, claim.Run?.RunId);
                Own(claim);
            }
    }

    /// <summary>Claims a thread, if nobody else holds it, and works on it.</summary>
    public async Task<bool> TryClaimAsync(string threadId, CancellationToken cancellationToken)
    {
        if (await tools.Store.ClaimAsync(threadId, instance.Id, cancellationToken) is not { } claim) return false;
        Own(claim);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        // Nothing is owned from here on; what is done about it is not done under the lock.
        lock (_owners) running = [_stopping.CancelAsync(), .. _owners.Values.Select(owned => owned.Done)];
        await Task.WhenAll(running);
        _stopping.Dispose();
    }

    private async Task RunAsync(ThreadOwner owner)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        OwnerStop? stop = OwnerStop.Diverged;
        try
        {
            stop = await owner.RunAsync(_stopping.Token);
        }
        catch (Exception exception)
        {
            LogOwnerFailed(owner.ThreadId, exception);
            await PauseAsync();
        }
        if (stop is OwnerStop.HandedOver) signals.Send(new Signal.Free(owner.ThreadId));
        lock (_owners) Forget(owner);
        if (stop is OwnerStop.Diverged) await ClaimAgainAsync(owner.ThreadId);
    }

    private void Forget(ThreadOwner owner)
    {
        if (!_owners.TryGetValue(owner.ThreadId, out var owned) || owned.Owner != owner) return;
        _owners.Remove(owner.ThreadId);
        if (_owners.Count > 0) return;
        _none?.TrySetResult();
        _none = null;
    }

    private async Task ClaimAgainAsync(string threadId)
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                await TryClaimAsync(threadId, _stopping.Token);
                return;
            }
            catch (Exception exception) when (!_stopping.IsCancellationRequested)
            {
                LogOwnerFailed(threadId, exception);
                await PauseAsync();
            }
            catch (OperationCanceledException)
            {
                return;
            }
    }

    private Task PauseAsync() =>
        Task.Delay(TimeSpan.FromSeconds(1), tools.Clock, _stopping.Token).ContinueWith(static _ => { }, TaskScheduler.Default);

    [LoggerMessage(1311, LogLevel.Information, "Took over thread {ThreadId} (generation {Generation}), run {RunId}")]
    private partial void LogRecovered(string threadId, long generation, string? runId);

    [LoggerMessage(1312, LogLevel.Error, "The owner of thread {ThreadId} failed; the thread is claimed anew")]
    private partial void LogOwnerFailed(string threadId, Exception exception);
}
