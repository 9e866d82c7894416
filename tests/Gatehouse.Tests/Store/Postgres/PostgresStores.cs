using Gatehouse.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>Stores on one migrated database, as instances have them: each with connections of its own.</summary>
internal sealed class PostgresStores(SharedPostgres postgres, string connectionString) : IAsyncDisposable
{
    private readonly List<PostgresDatabase> _databases = [];

    public string ConnectionString => connectionString;

    public static async Task<PostgresStores> RentAsync(SharedPostgres postgres) => new(postgres, await postgres.RentAsync());

    /// <param name="settings">Added to the connection string.</param>
    public PostgresStore Open(TimeProvider clock, TimeSpan? lease = null, string settings = "")
    {
        var database = new PostgresDatabase(Address($"{connectionString};{settings}"), clock, NullLogger<PostgresDatabase>.Instance);
        _databases.Add(database);
        return new(database, lease ?? TimeSpan.FromSeconds(15), clock);
    }

    /// <summary>All leases are over, by the database's clock.</summary>
    public Task LapseAsync() => RunAsync("UPDATE threads SET lease_until = now() - interval '1 ms' WHERE owner IS NOT NULL");

    public Task RunAsync(string sql) => SharedPostgres.RunAsync(connectionString, sql);

    public static PostgresAddress Address(string connectionString)
    {
        var errors = new List<string>();
        return PostgresAddress.Parse("ConnectionStrings:Database", connectionString, errors) ?? throw new ArgumentException(string.Join(" ", errors));
    }

    /// <summary>Closes the connections of the stores that were opened.</summary>
    public async Task CloseAsync()
    {
        foreach (var database in _databases) await database.DisposeAsync();
        _databases.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await postgres.GiveBackAsync(connectionString);
    }
}
