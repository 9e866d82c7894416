using Gatehouse.Store.Migrations;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>The table <c>schema_migrations</c>: what was applied.</summary>
internal static class SchemaHistory
{
    public const string Table = "schema_migrations";

    private const string Exists = "SELECT to_regclass('schema_migrations') IS NOT NULL";

    private const string Create = """
        CREATE TABLE schema_migrations (
            version      integer     NOT NULL PRIMARY KEY,
            name         text        NOT NULL,
            checksum     text        NOT NULL,
            oldest_build integer     NOT NULL,      -- builds that know this migration, or any later one, work with it
            applied_at   timestamptz NOT NULL DEFAULT now()
        )
        """;

    private const string All = "SELECT version, name, checksum, oldest_build FROM schema_migrations ORDER BY version";

    private const string Record = "INSERT INTO schema_migrations (version, name, checksum, oldest_build) VALUES ($1, $2, $3, $4)";

    public static async Task<bool> ExistsAsync(Batch batch)
    {
        await using var results = await batch.Add(Exists).SendAsync();
        var exists = await results.FirstAsync(static row => row.Flag());
        await results.EndAsync();
        return exists;
    }

    public static Task CreateAsync(Batch batch) => batch.Add(Create).RunAsync();

    /// <summary>Adds the statement that <see cref="ReadAsync"/> reads. Without the table it fails.</summary>
    public static Batch Add(Batch batch) => batch.Add(All);

    /// <exception cref="ForeignHistoryException">The table has the names of ours, but not what is in ours.</exception>
    public static async Task<IReadOnlyList<AppliedMigration>> ReadAsync(Results results)
    {
        try
        {
            return await results.AllAsync(static row => new AppliedMigration(row.Small(), row.Text(), row.Text(), row.Small()));
        }
        catch (InvalidCastException other)      // another type, or null
        {
            throw new ForeignHistoryException(other);
        }
    }

    public static Task RecordAsync(Batch batch, Migration migration) =>
        batch.Add(Record, migration.Version, migration.Name, migration.Checksum, migration.Oldest).RunAsync();

    /// <summary>Whether a statement failed because the table is that of another tool, which calls its own the same.</summary>
    public static bool IsForeign(Exception exception) =>
        exception is ForeignHistoryException or PostgresException { SqlState: PostgresErrorCodes.UndefinedColumn };
}

/// <summary>The history is not one that Gatehouse has written.</summary>
internal sealed class ForeignHistoryException(Exception inner) : Exception(inner.Message, inner);
