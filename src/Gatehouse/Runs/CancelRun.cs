using Gatehouse.Hosting;
using Gatehouse.Log.Redis;
using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Gatehouse.Runs;

/// <summary>
/// Cancels a run from outside. The store decides; the signal only makes it quick: without Redis the owner reads of it when it renews
/// its leases, within a third of one.
/// </summary>
internal sealed class CancelRun(PostgresAddress database, RedisAddress? redis, TimeProvider clock)
{
    private static readonly TimeSpan AnyLease = TimeSpan.FromSeconds(15);       // this one claims nothing

    public async Task<JobAnswer> AnswerAsync(string runId, CancellationToken cancellationToken)
    {
        string? threadId;
        try
        {
            await using var connection = new PostgresDatabase(database, clock, NullLogger<PostgresDatabase>.Instance);
            await using var store = new PostgresStore(connection, AnyLease, clock);
            threadId = await store.CancelAsync(runId, cancellationToken);
        }
        catch (Exception exception) when (exception is StoreException || PostgresFault.IsTheWorlds(exception))
        {
            return JobAnswer.Of(PostgresReason.Of(exception is StoreException { InnerException: { } inner } ? inner : exception, database));
        }
        if (threadId is null) return new(JobExit.WrongData, "there is no run of this id in the database; is it the id of a run, and the right database?");
        var later = redis is null ? null : await TellAsync(redis, new(threadId, runId), cancellationToken);
        return new(JobExit.Done, later is null
            ? $"run {runId} of thread {threadId} is cancelled, if it had not ended"
            : $"run {runId} of thread {threadId} is cancelled, if it had not ended; its instance will know at its next renewal, since {later}");
    }

    /// <returns>Why the instances could not be told.</returns>
    private async Task<string?> TellAsync(RedisAddress address, Signal.Cancel cancel, CancellationToken cancellationToken)
    {
        await using var line = new ControlLine(address, clock);
        try
        {
            await line.Signals.SendNowAsync(cancel, cancellationToken);
            return null;
        }
        catch (Exception failed) when (failed is RedisException or RedisTimeoutException)
        {
            return RedisFault.Of(failed).Reason;
        }
    }
}
