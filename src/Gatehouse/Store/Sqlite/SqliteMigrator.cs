using Gatehouse.Store.Migrations;

namespace Gatehouse.Store.Sqlite;

/// <summary>Brings a database to this build's schema: each migration in a transaction of its own, with its record.</summary>
internal sealed class SqliteMigrator(SqliteDatabase database, IReadOnlyList<Migration> migrations, TimeProvider clock)
{
    /// <returns>The migrations that were applied now.</returns>
    /// <exception cref="StoreException">The database is newer than this build, or its history is another one, or it is unreadable.</exception>
    public IReadOnlyList<Migration> Migrate()
    {
        using var session = database.Connect();
        try
        {
            session.ExecuteScript("""
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    version    INTEGER NOT NULL PRIMARY KEY,
                    name       TEXT    NOT NULL,
                    checksum   TEXT    NOT NULL,
                    applied_at INTEGER NOT NULL
                ) STRICT
                """);
            var applied = new List<Migration>();
            while (ApplyNext(session) is { } migration) applied.Add(migration);
            return applied;
        }
        catch (Microsoft.Data.Sqlite.SqliteException failure)
        {
            throw database.Explain(failure);
        }
    }

    // The history is read under the write lock: a second process that migrates waits, and finds it done.
    private Migration? ApplyNext(SqliteSession session)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            var applied = session.All(
                "SELECT version, name, checksum FROM schema_migrations ORDER BY version",
                row => new AppliedMigration(row.GetInt32(0), row.GetString(1), row.GetString(2), Oldest: row.GetInt32(0)));
            var next = MigrationPlan.Pending(database.FullPath, migrations, applied).FirstOrDefault();
            if (next is not null)
            {
                session.ExecuteScript(next.Sql);
                session.Execute(
                    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)",
                    next.Version, next.Name, next.Checksum, clock.GetUtcNow().ToUnixTimeMilliseconds());
            }
            session.Execute("COMMIT");
            return next;
        }
        catch
        {
            session.Execute("ROLLBACK");
            throw;
        }
    }
}
