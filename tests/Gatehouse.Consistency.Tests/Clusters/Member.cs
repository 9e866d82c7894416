using System.Globalization;

namespace Gatehouse.Consistency.Clusters;

/// <summary>One server of a cluster, with lines of its own to the clients, to PostgreSQL and to Redis.</summary>
internal sealed class Member : IAsyncDisposable
{
    private Member(int number, ServerProcess server, FaultyLine clients, FaultyLine postgres, FaultyLine redis) =>
        (Number, Server, Clients, Postgres, Redis) = (number, server, clients, postgres, redis);

    public int Number { get; }

    public ServerProcess Server { get; }

    /// <summary>What clients connect through.</summary>
    public FaultyLine Clients { get; }

    public FaultyLine Postgres { get; }

    public FaultyLine Redis { get; }

    public static Member Launch(int number, string revision, int postgresPort, int redisPort, IReadOnlyList<string> arguments)
    {
        var postgres = FaultyLine.To(postgresPort);
        var redis = FaultyLine.To(redisPort);
        var server = ServerProcess.Launch(ServerSetup.Host([.. arguments]) with
        {
            Environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__Database"] = PostgresServer.ConnectionString(postgres.Port),
                ["ConnectionStrings__Redis"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{redis.Port}"),
                ["K_REVISION"] = revision,
            },
        });
        return new(number, server, FaultyLine.To(server.Port), postgres, redis);
    }

    /// <summary>Starts it again after it has ended; does not wait until it is ready.</summary>
    public void LaunchAgain() => Server.LaunchAgain();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Clients.DisposeAsync();
        await Postgres.DisposeAsync();
        await Redis.DisposeAsync();
    }

    public override string ToString() => $"server {Number}";
}
