using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Gatehouse.Store.Postgres;

/// <summary>
/// Statements that are sent together and answered together: one round trip. Without a <c>BEGIN</c> of their own they are one
/// transaction, committed when <see cref="Results.EndAsync"/> has returned. Each sees what those before it have done.
/// </summary>
internal sealed class Batch(NpgsqlConnection connection, int attempt) : IAsyncDisposable
{
    private readonly NpgsqlBatch _batch = new(connection);

    /// <summary>From 1; in a later one, what the earlier ones did may have happened: their answer was lost.</summary>
    public int Attempt => attempt;

    [SuppressMessage("Security", "CA2100", Justification = "Every caller passes a constant.")]
    public Batch Add(string sql, params ReadOnlySpan<Argument> arguments)
    {
        var statement = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments) statement.Parameters.Add(argument.Parameter);
        _batch.BatchCommands.Add(statement);
        return this;
    }

    /// <summary>Sends the statements.</summary>
    public async Task<Results> SendAsync() => new(await _batch.ExecuteReaderAsync(CancellationToken.None));

    /// <summary>Sends the statements, none of which returns rows.</summary>
    public async Task RunAsync()
    {
        await using var results = await SendAsync();
        await results.EndAsync();
    }

    /// <summary>How many rows a statement has changed, once all have been answered.</summary>
    /// <param name="statement">From 0, in the order in which they were added.</param>
    public int Changed(int statement) => _batch.BatchCommands[statement].RecordsAffected;

    public ValueTask DisposeAsync() => _batch.DisposeAsync();
}

/// <summary>The answers to those statements of a batch that return rows, one after the other.</summary>
internal sealed class Results(NpgsqlDataReader reader) : IAsyncDisposable
{
    private bool _moved;

    /// <summary>All rows of the next answer.</summary>
    public async Task<List<T>> AllAsync<T>(Func<Row, T> read)
    {
        await MoveAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync(CancellationToken.None)) rows.Add(read(new(reader)));
        return rows;
    }

    /// <summary>The first row of the next answer, or default if it has none.</summary>
    public async Task<T?> FirstAsync<T>(Func<Row, T> read)
    {
        await MoveAsync();
        return await reader.ReadAsync(CancellationToken.None) ? read(new(reader)) : default;
    }

    /// <summary>Whether the next answer has a row.</summary>
    public Task<bool> AnyAsync() => FirstAsync(static _ => true);

    /// <summary>Waits for the end of the last statement and for the commit. Whatever went wrong is thrown here at the latest.</summary>
    public async Task EndAsync()
    {
        while (await reader.NextResultAsync(CancellationToken.None)) _moved = true;
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();

    private async Task MoveAsync()
    {
        if (_moved && !await reader.NextResultAsync(CancellationToken.None))
            throw new InvalidOperationException("The batch has no further statement that returns rows.");
        _moved = true;
    }
}
