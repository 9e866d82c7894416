namespace Gatehouse.Consistency.Clusters;

/// <summary>A PostgreSQL, a Redis, and several servers that share them: real processes, joined by lines that a nemesis may break.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private const string Database = "postgres";

    private Cluster(PostgresServer postgres, RedisServer redis, IReadOnlyList<Member> members) =>
        (Postgres, Redis, Members) = (postgres, redis, members);

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; }

    public IReadOnlyList<Member> Members { get; }

    public static async Task<Cluster> StartAsync(int members, params IReadOnlyList<string> arguments)
    {
        var postgres = await PostgresServer.StartAsync();
        var redis = await RedisServer.StartAsync();
        await MigrateAsync(postgres);
        var cluster = new Cluster(postgres, redis, [.. Enumerable.Range(1, members)
            .Select(number => Member.Launch(number, Database, postgres.Port, redis.Port, arguments))]);
        foreach (var member in cluster.Members) await member.Server.ReadyAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members) await member.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    private static async Task MigrateAsync(PostgresServer postgres)
    {
        await using var migrate = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Server", "gatehouse-server"), "migrate")
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = postgres.ConnectionString(Database) },
        });
        if (await migrate.ExitAsync() != 0) throw new InvalidOperationException($"The migration failed: {migrate.Output}");
    }
}
