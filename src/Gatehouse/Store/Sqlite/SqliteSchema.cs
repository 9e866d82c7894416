using Gatehouse.Store.Migrations;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>
/// Compares a live database with what the migrations make of an empty one: a history can lie, the catalogue cannot. What a
/// database has beyond that is fine.
/// </summary>
internal sealed class SqliteSchema(SqliteDatabase database, IReadOnlyList<Migration> migrations)
{
    private const string Catalogue = """
        SELECT name, 'table ' || name
        FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
        UNION ALL
        SELECT t.name, 'column ' || t.name || '.' || c.name || ' ' || c.type
        FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite~_%' ESCAPE '~'
        UNION ALL
        SELECT i.tbl_name, 'index ' || i.name || ' on ' || i.tbl_name || ' ('
            || (SELECT group_concat(c.name, ', ' ORDER BY c.seqno) FROM pragma_index_info(i.name) c) || ')'
        FROM sqlite_schema i WHERE i.type = 'index' AND i.sql IS NOT NULL
        """;

    private readonly Lazy<IReadOnlyList<Entry>> _required = new(() => Derive(migrations));

    /// <summary>What is missing, as <c>table t</c>, <c>column t.c TYPE</c>, <c>index i on t (c, …)</c>; nothing of a table that is missing itself.</summary>
    /// <exception cref="StoreException">The file cannot be read.</exception>
    public IReadOnlyList<string> Missing()
    {
        using var session = database.Connect(readOnly: true);
        try
        {
            var live = Read(session).Select(entry => entry.Text).ToHashSet(StringComparer.Ordinal);
            return [.. _required.Value
                .Where(entry => !live.Contains(entry.Text) && (entry.IsTable || live.Contains($"table {entry.Table}")))
                .Select(entry => entry.Text)];
        }
        catch (SqliteException failure)
        {
            throw database.Explain(failure);
        }
    }

    /// <exception cref="StoreException">Something is missing, and named.</exception>
    public void Verify()
    {
        if (Missing() is { Count: > 0 } missing)
            throw new StoreException(StoreFault.Incomplete, $"The database {database.FullPath} lacks {string.Join(", ", missing)}.");
    }

    private static List<Entry> Derive(IReadOnlyList<Migration> migrations)
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var session = new SqliteSession(connection);
        foreach (var migration in migrations) session.ExecuteScript(migration.Sql);
        return Read(session);
    }

    private static List<Entry> Read(SqliteSession session) =>
        session.All(Catalogue, row => new Entry(row.GetString(0), row.GetString(1)));

    private sealed record Entry(string Table, string Text)
    {
        public bool IsTable => Text.StartsWith("table ", StringComparison.Ordinal);
    }
}
