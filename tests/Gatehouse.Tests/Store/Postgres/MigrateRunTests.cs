using Gatehouse.Hosting;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Gatehouse.Testing.Servers;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>How <c>migrate</c> ends where it does not end well; the processes of the end-to-end tests show the rest.</summary>
[Collection(nameof(Alone))]
public sealed class MigrateRunTests(SharedPostgres postgres)
{
    private static readonly IReadOnlyList<Migration> Ours = Migration.For("postgres");

    [Fact]
    public async Task A_migration_that_fails_is_named_with_what_the_database_says()
    {
        var answer = await RunAsync(await postgres.EmptyAsync(), [.. Ours, new(3, "broken", "-- oldest: 1\nSELECT 1/0")]);

        Assert.Equal(new(JobExit.Failed, "Migration 0003_broken failed and was undone: division by zero (22012)."), answer);
    }

    [Theory]
    [InlineData(false, "relation \"threads\" already exists", " It was undone.")]
    [InlineData(true, "The table threads exists", "")]
    public async Task Tables_that_the_history_does_not_know_are_named(bool dryRun, string what, string end)
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, "CREATE TABLE threads (id text)");

        var answer = await RunAsync(database, Ours, dryRun);

        Assert.Equal(JobExit.WrongData, answer.Exit);
        Assert.StartsWith($"{what}, but the history of ", answer.Line);
        Assert.EndsWith($" does not say that 0001_initial was applied.{end}", answer.Line);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_history_that_lies_is_found_out(bool dryRun)
    {
        var database = await postgres.EmptyAsync();
        await RunAsync(database, Ours);
        await SharedPostgres.RunAsync(database, "DROP TABLE execution_steps");

        var answer = await RunAsync(database, Ours, dryRun);

        Assert.Equal(JobExit.WrongData, answer.Exit);
        Assert.Contains("is complete, but table execution_steps is missing.", answer.Line);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_history_that_somebody_else_has_written_is_told(bool dryRun)
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, "CREATE TABLE schema_migrations (version, name, checksum, oldest_build) AS SELECT '2026'::text, 'a'::text, NULL::text, 1");

        var answer = await RunAsync(database, Ours, dryRun);

        Assert.Equal(JobExit.WrongData, answer.Exit);
        Assert.Contains("belongs to another tool, or was changed.", answer.Line);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_who_may_not_make_tables_is_named(bool dryRun)
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'guest'; REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        var answer = await RunAsync(new NpgsqlConnectionStringBuilder(database) { Username = "guest", Password = "guest" }.ToString(), Ours, dryRun);

        Assert.Equal(JobExit.Denied, answer.Exit);
        Assert.StartsWith("The user guest may not make tables in ", answer.Line);
        Assert.EndsWith("Grant CREATE on the schema, or migrate as its owner.", answer.Line);
    }

    [Fact]
    public async Task A_database_that_is_ahead_is_left_as_it_is_if_it_spares_this_build()
    {
        var database = await postgres.EmptyAsync();
        await RunAsync(database, [.. Ours, new(3, "newer", "-- oldest: 1\nALTER TABLE threads ADD COLUMN more text")]);

        var answer = await RunAsync(database, Ours);

        Assert.Equal(new(JobExit.Done, "nothing to do; the schema is at 3, ahead of this build (2), which works with it"), answer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_that_takes_no_writes_cannot_be_migrated(bool dryRun)
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET default_transaction_read_only = on");

        var answer = await RunAsync(database, Ours, dryRun);

        Assert.Equal(JobExit.Unreachable, answer.Exit);
        Assert.EndsWith("takes no writes: default_transaction_read_only is on. Turn it off for the database or the user.", answer.Line);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_replica_cannot_be_migrated_although_its_schema_is_good(bool dryRun)
    {
        await using var server = await PostgresServer.StartAsync("fsync=off");
        var database = await server.CreateDatabaseAsync();
        await RunAsync(database, Ours);
        await server.BecomeReplicaAsync();

        var answer = await RunAsync(database, Ours, dryRun);

        Assert.Equal(JobExit.Unreachable, answer.Exit);
        Assert.Contains("is a read-only replica.", answer.Line);
    }

    [Theory]
    [InlineData("LATIN1", false)]
    [InlineData("SQL_ASCII", true)]
    public async Task A_database_that_the_server_would_refuse_is_not_migrated(string encoding, bool dryRun)
    {
        var name = $"narrow_{encoding.ToLowerInvariant()}";
        await SharedPostgres.RunAsync(await postgres.EmptyAsync(), $"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");

        var answer = await RunAsync((await postgres.ServerAsync()).ConnectionString(name), Ours, dryRun);

        Assert.Equal(JobExit.WrongData, answer.Exit);
        Assert.Contains($"has the encoding {encoding}; it must be UTF8", answer.Line);
    }

    [Fact]
    public async Task A_table_that_somebody_holds_is_waited_for_to_be_looked_at()
    {
        var database = await postgres.EmptyAsync();
        await RunAsync(database, Ours);
        var (holder, held) = await HoldAsync(database, "threads");
        var waits = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = RunAsync(database, Ours, say: waits.SetResult);
        Assert.Equal("waits for a table that somebody holds", await waits.Task);
        await held.DisposeAsync();
        await holder.DisposeAsync();

        Assert.Equal(new(JobExit.Done, "nothing to do; the schema is at 2"), await running);
    }

    [Fact]
    public async Task A_table_that_is_not_let_go_in_time_is_told_as_a_lock()
    {
        var database = await postgres.EmptyAsync();
        await RunAsync(database, Ours);
        var (holder, held) = await HoldAsync(database, "threads");

        var answer = await RunAsync(database, Ours, seconds: 1);

        Assert.Equal(new(JobExit.Locked, "Waited 1 s to look at the tables, one of which somebody holds; nothing to do."), answer);
        await held.DisposeAsync();
        await holder.DisposeAsync();
    }

    [Fact]
    public async Task Tables_that_are_not_granted_are_named_with_what_to_grant()
    {
        var database = await postgres.EmptyAsync();
        await RunAsync(database, Ours);
        await SharedPostgres.RunAsync(
            database, "DROP ROLE IF EXISTS visitor; CREATE ROLE visitor LOGIN PASSWORD 'visitor'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO visitor");

        var answer = await RunAsync(new NpgsqlConnectionStringBuilder(database) { Username = "visitor", Password = "visitor" }.ToString(), Ours);

        Assert.Equal(JobExit.Denied, answer.Exit);
        Assert.Contains("table threads does not grant this user INSERT, UPDATE, DELETE", answer.Line);
        Assert.EndsWith("Grant visitor what it lacks.", answer.Line);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_not_waited_for_for_ever()
    {
        await using var server = await PostgresServer.StartAsync("fsync=off");
        server.Pause();

        var answer = await RunAsync($"{server.ConnectionString()};Timeout=1", Ours);

        Assert.Equal(JobExit.Unreachable, answer.Exit);
        Assert.Contains("does not answer in time", answer.Line);
    }

    private static async Task<JobAnswer> RunAsync(
        string database, IReadOnlyList<Migration> migrations, bool dryRun = false, int seconds = 30, Action<string>? say = null)
    {
        await using var run = new MigrateRun(PostgresStores.Address(database), migrations, TimeProvider.System, say ?? (_ => { }));
        return await run.AnswerAsync(new(dryRun, TimeSpan.FromSeconds(seconds), []), default);
    }

    private static async Task<(NpgsqlConnection Holder, NpgsqlTransaction Held)> HoldAsync(string database, string table)
    {
        var holder = new NpgsqlConnection($"{database};Pooling=false");
        await holder.OpenAsync();
        var held = await holder.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"LOCK TABLE {table}", holder);
        await command.ExecuteNonQueryAsync();
        return (holder, held);
    }
}
