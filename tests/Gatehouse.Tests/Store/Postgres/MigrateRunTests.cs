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
    private static readonly MigrateArguments Usual = new(false, TimeSpan.FromSeconds(30), []);

    [Fact]
    public async Task A_migration_that_fails_is_named_with_what_the_database_says()
    {
        var answer = await RunAsync(await postgres.EmptyAsync(), [.. Ours, new(3, "broken", "-- oldest: 1\nSELECT 1/0")]);

        Assert.Equal(new(JobExit.Failed, "Migration 0003_broken failed and was undone: division by zero (22012)."), answer);
    }

    [Fact]
    public async Task Tables_that_the_history_does_not_know_are_named()
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, "CREATE TABLE threads (id text)");

        var answer = await RunAsync(database, Ours);

        Assert.Equal(JobExit.WrongData, answer.Exit);
        Assert.Contains("relation \"threads\" already exists, but the history of ", answer.Line);
        Assert.EndsWith(" does not say that 0001_initial was applied. It was undone.", answer.Line);
    }

    [Fact]
    public async Task A_history_that_lies_is_found_out()
    {
        var database = await postgres.EmptyAsync();
        await RunAsync(database, Ours);
        await SharedPostgres.RunAsync(database, "DROP TABLE execution_steps");

        var answer = await RunAsync(database, Ours);

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

    [Fact]
    public async Task A_user_who_may_not_make_tables_is_named()
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'guest'; REVOKE CREATE ON SCHEMA public FROM PUBLIC");

        var answer = await RunAsync(new NpgsqlConnectionStringBuilder(database) { Username = "guest", Password = "guest" }.ToString(), Ours);

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

    [Fact]
    public async Task A_database_that_takes_no_writes_cannot_be_migrated()
    {
        var database = await postgres.EmptyAsync();
        await SharedPostgres.RunAsync(database, $"ALTER DATABASE {new NpgsqlConnectionStringBuilder(database).Database} SET default_transaction_read_only = on");

        var answer = await RunAsync(database, Ours);

        Assert.Equal(JobExit.Unreachable, answer.Exit);
        Assert.Contains("read-only", answer.Line);
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

    private static Task<JobAnswer> RunAsync(string database, IReadOnlyList<Migration> migrations, bool dryRun = false) =>
        new MigrateRun(PostgresStores.Address(database), migrations, TimeProvider.System, _ => { }).AnswerAsync(Usual with { DryRun = dryRun }, default);
}
