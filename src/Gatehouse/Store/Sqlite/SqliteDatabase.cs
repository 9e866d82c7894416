using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>A database file, and how connections to it are set up.</summary>
/// <remarks>
/// WAL, so that readers and the writer never wait for each other. <c>synchronous = FULL</c>: a commit is on the disk when it is
/// answered, so that an accepted message survives a power cut too. That costs one fsync per commit, which
/// <see cref="SqliteWriter"/> shares among all who wait for one.
/// </remarks>
internal sealed class SqliteDatabase(string path)
{
    private const int BusySeconds = 5;

    // SQLite's primary result codes: readonly, corrupt, cannot open, not a database. An I/O error may pass.
    private static readonly int[] Unusable = [8, 11, 14, 26];

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = path,
        Mode = SqliteOpenMode.ReadWriteCreate,
        Pooling = false,            // the store keeps its connections itself, and closes them when it is told to
        ForeignKeys = true,
        DefaultTimeout = BusySeconds,
    }.ToString();

    public string FullPath => path;

    /// <summary>Whether the file can be opened and is a database; it is created if there is none.</summary>
    /// <exception cref="StoreException">It cannot.</exception>
    public void Check()
    {
        using var session = Connect();
        session.Execute("SELECT count(*) FROM sqlite_schema");
    }

    /// <exception cref="StoreException">The file cannot be opened or is not a database.</exception>
    public SqliteSession Connect(bool readOnly = false)
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute("PRAGMA busy_timeout = 5000");
            session.Execute("PRAGMA journal_mode = WAL");
            session.Execute("PRAGMA synchronous = FULL");
            if (readOnly) session.Execute("PRAGMA query_only = 1");
            return session;
        }
        catch (SqliteException failure)
        {
            connection.Dispose();
            throw Explain(failure);
        }
    }

    /// <summary>A failure of the file itself, named; any other failure as it is.</summary>
    public Exception Explain(SqliteException failure) => Unusable.Contains(failure.SqliteErrorCode)
        ? new StoreException(StoreFault.Unreadable, $"The database {path} cannot be used: {failure.Message}", failure)
        : failure;
}
