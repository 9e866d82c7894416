using Gatehouse.Chat;
using Gatehouse.Operations;
using Gatehouse.Store;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Runs;

/// <summary>The threads that this instance owns. Every owner is awaited at the end; one that fails is replaced by a new claim.</summary>
internal sealed partial class ThreadOwners(
    OwnerTools tools, Instance instance, GatehouseMetrics metrics, ILogger<ThreadOwners> logger) : IAsyncDisposable
{
    private readonly Dictionary<string, (ThreadOwner Owner, Task Done)> _owners = new(StringComparer.Ordinal);  // guarded by itself
    private readonly CancellationTokenSource _stopping = new();

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
        }
    }

    /// <summary>Tells the owner of a thread, if it is here.</summary>
    public void Tell(string threadId, OwnerInput input)
    {
        lock (_owners)
            if (_owners.TryGetValue(threadId, out var owned)) owned.Owner.Tell(input);
    }

    /// <summary>Claims every thread that has open runs and an owner that is gone.</summary>
    public async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var threadId in await tools.Store.AbandonedAsync(instance.Id, cancellationToken))
        {
            if (await tools.Store.ClaimAsync(threadId, instance.Id, cancellationToken) is not { } claim) continue;
            LogRecovered(threadId, claim.Generation, claim.Run?.RunId);
            Own(claim);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task[] running;
        lock (_owners)
        {
            _stopping.Cancel();
            running = [.. _owners.Values.Select(owned => owned.Done)];
        }
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
        lock (_owners)
            if (_owners.TryGetValue(owner.ThreadId, out var owned) && owned.Owner == owner) _owners.Remove(owner.ThreadId);
        if (stop is OwnerStop.Diverged) await ClaimAgainAsync(owner.ThreadId);
    }

    private async Task ClaimAgainAsync(string threadId)
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                if (await tools.Store.ClaimAsync(threadId, instance.Id, _stopping.Token) is { } claim) Own(claim);
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
