using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>A few connections that only read. Each read is one transaction: it sees one state of the database, whatever is written meanwhile.</summary>
internal sealed class SqliteReaders(SqliteDatabase database, int count) : IDisposable
{
    private readonly SemaphoreSlim _places = new(count);
    private readonly ConcurrentBag<SqliteSession> _idle = [];

    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            return Read(read);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>To be called when no read is under way.</summary>
    public void Dispose()
    {
        while (_idle.TryTake(out var session)) session.Dispose();
        _places.Dispose();
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        var session = _idle.TryTake(out var idle) ? idle : database.Connect(readOnly: true);
        try
        {
            session.Execute("BEGIN");
            var result = read(session);
            session.Execute("COMMIT");
            _idle.Add(session);
            return result;
        }
        catch (Exception failure)
        {
            session.Dispose();
            if (failure is SqliteException sqlite && database.Explain(sqlite) is StoreException explained) throw explained;
            throw;
        }
    }
}
