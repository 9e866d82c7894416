using System.Collections.Concurrent;
using Gatehouse.Store.Migrations;
using Gatehouse.Testing.Servers;
using Gatehouse.Tests.Store.Postgres;
using Npgsql;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>
/// One PostgreSQL for all tests of this program, started when the first one asks. Nothing in it survives anyway, so it does not wait for disks.
/// </summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private readonly Lazy<Task<PostgresServer>> _server = new(
        () => PostgresServer.StartAsync("fsync=off", "synchronous_commit=off", "full_page_writes=off"));

    private readonly ConcurrentBag<string> _migrated = [];

    public Task<PostgresServer> ServerAsync() => _server.Value;

    /// <summary>An empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> EmptyAsync() => await (await ServerAsync()).CreateDatabaseAsync();

    /// <summary>A migrated database without threads, until the caller gives it back.</summary>
    public async Task<string> RentAsync()
    {
        if (_migrated.TryTake(out var used)) return used;
        var database = await EmptyAsync();
        foreach (var migration in Migration.For("postgres")) await RunAsync(database, migration.Sql);
        return database;
    }

    public async Task GiveBackAsync(string database)
    {
        await RunAsync(database, "DELETE FROM threads; DELETE FROM incidents; DELETE FROM instances");
        _migrated.Add(database);
    }

    public static async Task RunAsync(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{database};Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated) await (await _server.Value).DisposeAsync();
    }
}
