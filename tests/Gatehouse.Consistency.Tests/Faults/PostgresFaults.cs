using Gatehouse.Consistency.Clusters;
using Npgsql;

namespace Gatehouse.Consistency.Faults;

/// <summary>What happens to PostgreSQL. What it has committed it keeps.</summary>
internal static class PostgresFaults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("PostgreSQL restarted", RestartAsync),
        new("PostgreSQL crashed and recovered", CrashAsync),
        new("PostgreSQL's backends terminated", TerminateAsync),
    ];

    private static async Task RestartAsync(Cluster cluster, Random random)
    {
        await cluster.Postgres.StopAsync();
        await Fault.HoldAsync(random, 100, 3000);
        await cluster.Postgres.StartAgainAsync();
    }

    private static async Task CrashAsync(Cluster cluster, Random random)
    {
        await cluster.Postgres.KillAsync();
        await Fault.HoldAsync(random, 100, 1000);
        await cluster.Postgres.StartAgainAsync();
    }

    private static async Task TerminateAsync(Cluster cluster, Random random)
    {
        await using var connection = new NpgsqlConnection($"{cluster.Postgres.ConnectionString()};Pooling=false");
        await connection.OpenAsync();
        for (var times = random.Next(1, 6); times > 0; times--)
        {
            await using var terminate = new NpgsqlCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'", connection);
            await terminate.ExecuteNonQueryAsync();
            await Fault.HoldAsync(random, 20, 300);
        }
    }
}
