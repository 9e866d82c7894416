namespace Gatehouse.Consistency.Clusters;

/// <summary>A PostgreSQL, a Redis, and several servers that share them: real processes, joined by lines that a nemesis may break.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private Cluster(PostgresServer postgres, RedisServer redis, IReadOnlyList<Member> members) =>
        (Postgres, Redis, Members) = (postgres, redis, members);

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; }

    public IReadOnlyList<Member> Members { get; }

    /// <summary>Starts so many servers of one revision, and waits until all are ready.</summary>
    public static Task<Cluster> StartAsync(int members, params IReadOnlyList<string> arguments) =>
        StartAsync([.. Enumerable.Repeat("consistency", members)], arguments);

    /// <summary>Starts a server of each revision, and waits until all are ready.</summary>
    public static async Task<Cluster> StartAsync(string[] revisions, params IReadOnlyList<string> arguments)
    {
        var postgres = await PostgresServer.StartAsync();
        var redis = await RedisServer.StartAsync();
        await MigrateAsync(postgres, redis);
        var cluster = new Cluster(postgres, redis, [.. revisions
            .Select((revision, index) => Member.Launch(index + 1, revision, postgres.Port, redis.Port, arguments))]);
        foreach (var member in cluster.Members) await member.Server.ReadyAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members) await member.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }

    /// <summary>Runs a job of the shipped server, such as <c>drain</c>.</summary>
    /// <returns>Its exit code and what it says.</returns>
    public Task<(int Code, string Line)> JobAsync(params string[] arguments) => JobAsync(Postgres, Redis, arguments);

    private static async Task MigrateAsync(PostgresServer postgres, RedisServer redis)
    {
        var (code, line) = await JobAsync(postgres, redis, "migrate");
        if (code != 0) throw new InvalidOperationException($"The migration failed: {line}");
    }

    private static async Task<(int Code, string Line)> JobAsync(PostgresServer postgres, RedisServer redis, params string[] arguments)
    {
        await using var job = ChildProcess.Start(new(Repository.Built("src/Gatehouse.Server", "gatehouse-server"), arguments)
        {
            Environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__Database"] = postgres.ConnectionString(),
                ["ConnectionStrings__Redis"] = redis.Endpoint,
            },
        });
        return (await job.ExitAsync(), job.Output.TrimEnd());
    }
}
