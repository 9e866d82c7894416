using Gatehouse.Store.Migrations;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Brings a database to this build's schema. Each migration is one transaction with its record, under an advisory lock that ends
/// with it: many may run at once, what one has applied the others find done, and one that is killed leaves nothing behind.
/// </summary>
/// <remarks>
/// A table's lock is waited for briefly and then asked for again: while a migration waits behind a long transaction, everybody else
/// waits behind the migration.
/// </remarks>
/// <param name="say">Gets a line when something has to be waited for.</param>
internal sealed class PostgresMigrator(PostgresAddress address, IReadOnlyList<Migration> migrations, TimeProvider clock, Action<string> say)
{
    /// <summary>"gatehous": any number would do, if all take the same.</summary>
    public const long LockKey = 0x67617465686F7573;

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);     // of all but a migration's own statements
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// How long a statement of a migration may take. A large table takes its time, but a server process that is frozen while its
    /// machine is well would be waited for for ever: no keep-alive finds it out.
    /// </summary>
    public TimeSpan StatementLimit { get; init; } = TimeSpan.FromHours(1);

    /// <exception cref="MigrationLockException">A lock was not had within <paramref name="lockLimit"/>.</exception>
    /// <exception cref="MigrationFailedException">A migration cannot be applied.</exception>
    /// <exception cref="MigrationSilentException">The database did not answer in time.</exception>
    /// <exception cref="StoreException">The history of the database is another one, or newer.</exception>
    public async Task<MigrationOutcome> MigrateAsync(TimeSpan lockLimit, CancellationToken cancellationToken)
    {
        await using var source = PostgresDatabase.Connect(address.Unpooled(LongestSilence));
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        var applied = new List<Migration>();
        var waitsSince = clock.GetTimestamp();
        var said = "";
        while (true)
        {
            var step = new MigrationStep(connection);
            var left = lockLimit - clock.GetElapsedTime(waitsSince);
            try
            {
                var (next, version) = await ApplyNextAsync(step, left < LongestWait ? left : LongestWait, cancellationToken);
                if (next is null) return new(applied, version);
                applied.Add(next);
                waitsSince = clock.GetTimestamp();
            }
            catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                if (clock.GetElapsedTime(waitsSince) >= lockLimit) throw MigrationLockException.After(lockLimit, step.WaitsFor, busy);
                if (said != step.WaitsFor) say($"waits for {step.WaitsFor}");
                said = step.WaitsFor;
                await Task.Delay(Rest, clock, cancellationToken);       // those who wait behind go first
            }
        }
    }

    /// <summary>What would be applied. Takes no lock and changes nothing.</summary>
    /// <exception cref="MigrationLockException">Somebody has kept the history from being read for <paramref name="lockLimit"/>.</exception>
    public async Task<(IReadOnlyList<Migration> Pending, int Version)> PlanAsync(TimeSpan lockLimit, CancellationToken cancellationToken)
    {
        await using var source = PostgresDatabase.Connect(address.Unpooled(lockLimit + LongestSilence));
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var step = new MigrationStep(connection);
        try
        {
            await step.LimitAsync(lockLimit);
            var applied = await step.HistoryAsync();
            return (MigrationPlan.Pending(address.ToString(), migrations, applied), applied.Count);
        }
        catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            throw MigrationLockException.After(lockLimit, step.WaitsFor, busy);
        }
    }

    private async Task<(Migration? Applied, int Version)> ApplyNextAsync(MigrationStep step, TimeSpan lockWait, CancellationToken cancellationToken)
    {
        await using var transaction = await step.Connection.BeginTransactionAsync(cancellationToken);
        await step.LockAsync(LockKey, lockWait);
        var applied = await step.HistoryAsync();
        var pending = MigrationPlan.Pending(address.ToString(), migrations, applied);
        if (pending.Count == 0) return (null, applied.Count);
        await step.ApplyAsync(pending[0], StatementLimit);
        await transaction.CommitAsync(cancellationToken);
        return (pending[0], applied.Count + 1);
    }
}
