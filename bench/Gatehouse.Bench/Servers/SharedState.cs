using Gatehouse.Testing.Servers;

namespace Gatehouse.Bench.Servers;

/// <summary>What the instances of a server share: a Redis of their own, and, for a server that keeps data, a migrated PostgreSQL.</summary>
internal sealed class SharedState : IAsyncDisposable
{
    private readonly PostgresServer? _postgres;
    private readonly Dictionary<string, string> _environment;

    private SharedState(RedisServer redis, PostgresServer? postgres, Dictionary<string, string> environment) =>
        (Redis, _postgres, _environment) = (redis, postgres, environment);

    public RedisServer Redis { get; }

    /// <summary>PostgreSQL's first process; null if there is none.</summary>
    public int? Postgres => _postgres?.Process.Id;

    /// <summary>The variables that tell a server where it is.</summary>
    public IReadOnlyDictionary<string, string> Environment => _environment;

    public static async Task<SharedState> StartAsync(ServerKind kind, string built)
    {
        var redis = await RedisServer.StartAsync();
        PostgresServer? postgres = null;
        try
        {
            var environment = new Dictionary<string, string> { ["ConnectionStrings__Redis"] = redis.Endpoint };
            if (kind.KeepsData)
            {
                postgres = await PostgresServer.StartAsync();
                environment["ConnectionStrings__Database"] = await postgres.CreateDatabaseAsync();
                await MigrateAsync(Path.Combine(built, kind.Command), environment);
            }
            return new(redis, postgres, environment);
        }
        catch
        {
            if (postgres is not null) await postgres.DisposeAsync();
            await redis.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        await Redis.DisposeAsync();
    }

    /// <summary>Another database of the same PostgreSQL, not migrated.</summary>
    public async Task<Dictionary<string, string>> UnmigratedAsync() =>
        new(_environment) { ["ConnectionStrings__Database"] = await _postgres!.CreateDatabaseAsync() };

    /// <summary>Runs the migration job to its end.</summary>
    public static async Task MigrateAsync(string server, Dictionary<string, string> environment)
    {
        await using var job = ChildProcess.Start(new(server, "migrate")
        {
            Environment = environment.ToDictionary(static variable => variable.Key, static string? (variable) => variable.Value),
        });
        if (await job.ExitAsync() != 0) throw new InvalidOperationException($"The migration failed: {job.Output}");
    }
}
