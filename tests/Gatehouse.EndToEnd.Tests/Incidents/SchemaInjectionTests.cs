using Gatehouse.EndToEnd.Dependencies;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Incidents;

/// <summary>A migrated PostgreSQL to which somebody has done something, and the root that the five whys end at.</summary>
public sealed class SchemaInjectionTests(SharedDependencies shared)
{
    [Theory(Timeout = 120_000)]
    [InlineData("ALTER TABLE messages DROP COLUMN error", "schema.column_gone@schema")]
    [InlineData("DROP INDEX {index}", "schema.index_gone@schema")]
    [InlineData("ALTER TABLE messages ALTER COLUMN step TYPE text", "schema.other_type@schema")]
    [InlineData("ALTER TABLE messages ADD COLUMN author text NOT NULL", "schema.other_type@schema")]
    [InlineData("UPDATE schema_migrations SET checksum = 'of another file' WHERE version = 1", "schema.other_history@schema")]
    public async Task A_schema_that_was_changed_by_hand(string statement, string root)
    {
        var database = await shared.MigratedAsync();
        var (postgres, name) = (await shared.PostgresAsync(), SharedDependencies.NameOf(database));
        var index = await postgres.AskAsync(name, "SELECT indexname FROM pg_indexes WHERE tablename = 'agent_executions' AND indexname NOT LIKE '%_pkey' LIMIT 1");
        await postgres.AskAsync(name, statement.Replace("{index}", index.Trim(), StringComparison.Ordinal));
        await using var server = Launch(database);
        await server.ListeningAsync();
        await Explained.ByAsync(server, root);
    }

    [Theory(Timeout = 120_000)]
    [InlineData("GRANT SELECT ON schema_migrations TO {role}", "schema.no_privilege@schema")]
    [InlineData("ALTER ROLE {role} CONNECTION LIMIT 0", "database.too_many_connections@database")]
    public async Task A_user_who_may_too_little(string statement, string root)
    {
        var database = await shared.MigratedAsync();
        var (postgres, name) = (await shared.PostgresAsync(), SharedDependencies.NameOf(database));
        var role = $"poor_{name}";
        await postgres.AskAsync(name, $"CREATE ROLE {role} LOGIN PASSWORD '{PostgresServer.Password}'", statement.Replace("{role}", role, StringComparison.Ordinal));
        await using var server = Launch($"Host=127.0.0.1;Port={postgres.Port};Username={role};Password={PostgresServer.Password};Database={name}");
        await server.ListeningAsync();
        await Explained.ByAsync(server, root);
    }

    private ServerProcess Launch(string database) => ServerProcess.Launch(new ServerSetup
    {
        Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = database, ["ConnectionStrings__Redis"] = shared.RedisAddress() },
    });
}
