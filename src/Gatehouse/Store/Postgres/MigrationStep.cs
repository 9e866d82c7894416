using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gatehouse.Store.Migrations;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>The statements of one step of <see cref="PostgresMigrator"/>, on its connection and in its transaction.</summary>
internal sealed class MigrationStep(NpgsqlConnection connection)
{
    public NpgsqlConnection Connection => connection;

    /// <summary>Whose lock is waited for, if one is.</summary>
    public string WaitsFor { get; private set; } = "another migration to end";

    /// <summary>Takes the lock that all who migrate take, and lets no statement wait longer than <paramref name="wait"/> for any other.</summary>
    public async Task LockAsync(long key, TimeSpan wait)
    {
        await using var batch = new Batch(connection, attempt: 1);
        await AddLimit(batch, wait).Add("SELECT pg_advisory_xact_lock($1)", key).RunAsync();
    }

    /// <summary>Lets no statement wait longer than <paramref name="wait"/> for a lock.</summary>
    public async Task LimitAsync(TimeSpan wait)
    {
        await using var batch = new Batch(connection, attempt: 1);
        await AddLimit(batch, wait).RunAsync();
    }

    /// <summary>What was applied; nothing if there is no history yet.</summary>
    public async Task<IReadOnlyList<AppliedMigration>> HistoryAsync()
    {
        WaitsFor = $"a lock on the table {SchemaHistory.Table}";
        await using (var exists = new Batch(connection, attempt: 1))
            if (!await SchemaHistory.ExistsAsync(exists)) return [];
        await using var batch = new Batch(connection, attempt: 1);
        await using var results = await SchemaHistory.Add(batch).SendAsync();
        var applied = await SchemaHistory.ReadAsync(results);
        await results.EndAsync();
        return applied;
    }

    /// <param name="silenceLimit">How long a statement of it may take.</param>
    /// <exception cref="MigrationFailedException">It is not as the database can take it.</exception>
    /// <exception cref="MigrationSilentException">The database did not answer in time.</exception>
    [SuppressMessage("Security", "CA2100", Justification = "Migrations are part of the build.")]
    public async Task ApplyAsync(Migration migration, TimeSpan silenceLimit)
    {
        WaitsFor = $"a lock on a table that migration {migration.FullName} changes";
        try
        {
            if (migration.Version == 1)
            {
                await using var history = new Batch(connection, attempt: 1);
                await SchemaHistory.CreateAsync(history);
            }
            await using var command = new NpgsqlCommand(migration.Sql, connection) { CommandTimeout = (int)silenceLimit.TotalSeconds };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
            await using var record = new Batch(connection, attempt: 1);
            await SchemaHistory.RecordAsync(record, migration);
        }
        catch (PostgresException failure) when (PostgresFault.KindOf(failure) is FaultKind.Defect)
        {
            throw new MigrationFailedException(migration, failure);
        }
        catch (NpgsqlException silent) when (silent.InnerException is TimeoutException)
        {
            throw new MigrationSilentException(migration, silenceLimit, silent);
        }
    }

    private static Batch AddLimit(Batch batch, TimeSpan wait)
    {
        var milliseconds = Math.Max(1, (long)wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);    // 0 would be for ever
        return batch.Add("SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', '0', true)", milliseconds);
    }
}
