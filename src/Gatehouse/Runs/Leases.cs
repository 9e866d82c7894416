using Gatehouse.Log;
using Gatehouse.Operations;
using Gatehouse.Store;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Runs;

/// <summary>
/// Keeps the leases of this instance's threads, all at once, and takes over the threads of instances that are gone.
/// </summary>
/// <remarks>
/// Threads are taken over only after this instance's own renewals have succeeded, without a gap, for a whole lease: after an
/// outage of the store every owner that is alive has renewed by then, so that the outage does not end in a mass take-over. A pause of
/// this process is a gap as well, for it may have been one of all. What is asked before a gap and arrives after it, the store refuses.
/// </remarks>
internal sealed partial class Leases(
    IStore store, IConversationLog log, ThreadOwners owners, GatehouseOptions options, Instance instance, TimeProvider clock, ILogger<Leases> logger)
{
    private static readonly TimeSpan ScanInterval = TimeSpan.FromSeconds(2);

    private readonly HashSet<string> _unknown = [];     // owned by the store's word, and not known here
    private volatile Renewed? _renewed;                 // null while renewals fail

    /// <summary>Whether threads may be taken over.</summary>
    public bool IsSteady => _renewed is { } renewed && clock.GetElapsedTime(renewed.Since) >= options.Lease && IsWithoutGap(renewed);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var renewal = RepeatAsync(options.Lease / 3, "renew the leases", RenewAsync, cancellationToken);
        var scan = RepeatAsync(ScanInterval, "take over threads", async token =>
        {
            if (IsSteady && !owners.IsHandingOver) await owners.TakeOverAsync(token);
        }, cancellationToken);
        var logs = RepeatAsync(options.LogKeep / 4, "have the logs kept", KeepLogsAsync, cancellationToken);
        await Task.WhenAll(renewal, scan, logs);
    }

    /// <summary>One renewal: prolongs what is owned, drops what is not, hears what is to be cancelled, claims what was forgotten.</summary>
    public async Task RenewAsync(CancellationToken cancellationToken)
    {
        var before = owners.All;
        Renewal renewal;
        try
        {
            renewal = await store.RenewAsync(instance.Id, cancellationToken).WaitAsync(options.Lease / 3, clock, cancellationToken);
        }
        catch
        {
            _renewed = null;
            throw;
        }
        var now = clock.GetTimestamp();
        _renewed = new(_renewed is { } renewed && IsWithoutGap(renewed) ? renewed.Since : now, now);
        var owned = renewal.Threads.ToDictionary(thread => thread.ThreadId, StringComparer.Ordinal);
        foreach (var owner in before)
            if (!owned.TryGetValue(owner.ThreadId, out var thread) || thread.Generation != owner.Generation) owner.Tell(Superseded(owner, thread));
            else if (renewal.Lease is { } lease) owner.Lease(lease);
        foreach (var thread in renewal.Threads)
            foreach (var runId in thread.Cancelled) owners.Hear(new Signal.Cancel(thread.ThreadId, runId));
        await ClaimForgottenAsync(renewal.Threads, cancellationToken);
    }

    private bool IsWithoutGap(Renewed renewed) => clock.GetElapsedTime(renewed.Last) < LeaseTerm.Gap(options.Lease);

    // A run that waits for a tool appends nothing, and its log is not to go meanwhile.
    private async Task KeepLogsAsync(CancellationToken cancellationToken) =>
        await log.KeepAsync([.. owners.All.Select(owner => owner.ThreadId)], cancellationToken);

    // Owned by this instance with a higher generation: claimed again meanwhile, by this one's successor here.
    private static OwnerInput Superseded(ThreadOwner owner, OwnedThread? thread) =>
        thread?.Generation < owner.Generation ? OwnerInput.Tick.Instance : OwnerInput.LeaseLost.Instance;

    // A claim whose answer was lost: the store takes this instance for the owner, and nobody works on the thread.
    private async Task ClaimForgottenAsync(IReadOnlyList<OwnedThread> threads, CancellationToken cancellationToken)
    {
        List<string> unknown = [.. threads.Select(thread => thread.ThreadId).Where(threadId => !owners.Owns(threadId))];
        foreach (var threadId in unknown.Where(_unknown.Contains))
        {
            LogForgotten(threadId);
            await owners.TryClaimAsync(threadId, cancellationToken);
        }
        _unknown.Clear();
        _unknown.UnionWith(unknown);
    }

    private async Task RepeatAsync(TimeSpan interval, string what, Func<CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await act(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(what, exception.Message, exception.Detail());
            }
            catch (OperationCanceledException)
            {
                return;
            }
            // Jitter, so that instances that were started together do not ask together for ever.
            await Task.Delay(interval * (0.8 + 0.2 * Random.Shared.NextDouble()), clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <param name="Since">From when on they have followed one another without a gap.</param>
    private sealed record Renewed(long Since, long Last);

    [LoggerMessage(1321, LogLevel.Warning, "Could not {What}, trying again: {Why}")]
    private partial void LogFailed(string what, string why, Exception? exception);

    [LoggerMessage(1322, LogLevel.Warning, "Thread {ThreadId} is owned here by the store's word, and nobody works on it; claiming it again")]
    private partial void LogForgotten(string threadId);
}
