using System.Globalization;

namespace Gatehouse.Store.Postgres;

/// <summary>Finds a migration that has begun and waits for a lock of somebody else's.</summary>
internal static class StuckMigration
{
    // The session that holds the lock of PostgresMigrator (a bigint's halves are classid and objid, PostgreSQL §54.12) and waits for another.
    private const string Sql = """
        SELECT waits.pid, coalesce((pg_blocking_pids(waits.pid))[1], 0)
        FROM pg_locks migrates JOIN pg_locks waits ON waits.pid = migrates.pid AND NOT waits.granted
        WHERE migrates.locktype = 'advisory' AND migrates.granted
          AND migrates.database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND migrates.classid = ($1::bigint >> 32)::oid AND migrates.objid = ($1::bigint & 4294967295)::oid AND migrates.objsubid = 1
        LIMIT 1
        """;

    /// <summary>What to say of it in one line; null if there is none.</summary>
    public static async Task<string?> LookAsync(Batch batch)
    {
        await using var results = await batch.Add(Sql, PostgresMigrator.LockKey).SendAsync();
        var found = await results.FirstAsync(static row => (Migrator: row.Small(), Holder: row.Small()));
        await results.EndAsync();
        return found.Migrator is 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"A migration (server process {found.Migrator}) waits for a lock{(found.Holder is 0 ? "" : $" that server process {found.Holder} holds")}.");
    }
}
