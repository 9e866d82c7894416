using Gatehouse.EndToEnd.Dependencies;

[assembly: AssemblyFixture(typeof(SharedDependencies))]

namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>One PostgreSQL and one Redis for all tests that leave them as they found them.</summary>
public sealed class SharedDependencies : IAsyncLifetime
{
    /// <summary>Of the Redis; PostgreSQL has its own.</summary>
    public const string RedisPassword = "sim-sala-bim";

    private const int RedisDatabases = 16;

    private readonly Lazy<Task<(PostgresServer Server, string Template)>> _postgres = new(StartPostgresAsync);
    private RedisServer? _redis;
    private int _lastRedis;

    /// <summary>Up from the beginning of the test program: a server trusts a Redis sooner that has been up for a while.</summary>
    public RedisServer Redis => _redis!;

    public async Task<PostgresServer> PostgresAsync() => (await _postgres.Value).Server;

    /// <summary>A migrated database of the test's own.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> MigratedAsync()
    {
        var (server, template) = await _postgres.Value;
        return await server.CreateDatabaseAsync(template);
    }

    /// <summary>The address of a database of the shared Redis that few others use.</summary>
    public string RedisAddress() => $"redis://:{RedisPassword}@{Redis.Endpoint}/{Interlocked.Increment(ref _lastRedis) % RedisDatabases}";

    /// <summary>Brings a database to the schema of the server, as its job does.</summary>
    public static async Task MigrateAsync(string connection)
    {
        await using var job = ChildProcess.Start(new(new ServerSetup().Program, "migrate")
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = connection },
        });
        if (await job.ExitAsync() != 0) throw new InvalidOperationException(job.Output);
    }

    /// <summary>The name of a database, from how to connect to it.</summary>
    public static string NameOf(string connection) => connection[(connection.LastIndexOf('=') + 1)..];

    public async ValueTask InitializeAsync() => _redis = await RedisServer.StartAsync("--requirepass", RedisPassword);

    public async ValueTask DisposeAsync()
    {
        if (_redis is not null) await _redis.DisposeAsync();
        if (_postgres.IsValueCreated) await (await _postgres.Value).Server.DisposeAsync();
    }

    private static async Task<(PostgresServer Server, string Template)> StartPostgresAsync()
    {
        var server = await PostgresServer.StartAsync("fsync=off");
        var template = await server.CreateDatabaseAsync();
        await MigrateAsync(template);
        return (server, NameOf(template));
    }
}
