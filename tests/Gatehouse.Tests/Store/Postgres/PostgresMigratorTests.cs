using System.Globalization;
using Gatehouse.Readiness;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Gatehouse.Testing.Servers;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

public sealed class PostgresMigratorTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly IReadOnlyList<Migration> Ours = [Migration.For("postgres")[0]];
    private static readonly Migration Second = new(2, "second", "-- oldest: 1\nCREATE TABLE more (id text); INSERT INTO more VALUES ('once')");
    private static readonly Migration Third = new(3, "third", "-- oldest: 1\nALTER TABLE more ADD COLUMN name text; ALTER TABLE threads ADD COLUMN more text");

    private readonly List<string> _said = [];
    private string _connectionString = null!;

    public async ValueTask InitializeAsync() => _connectionString = await postgres.EmptyAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_new_database_gets_all_migrations_once_and_an_old_one_those_that_it_lacks()
    {
        var first = await MigrateAsync([.. Ours, Second]);
        Assert.Equal(("0001_initial 0002_second", 2), (Names(first.Applied), first.Version));

        var second = await MigrateAsync([.. Ours, Second, Third]);
        Assert.Equal(("0003_third", 3), (Names(second.Applied), second.Version));

        var third = await MigrateAsync([.. Ours, Second, Third]);
        Assert.Equal((0, 3), (third.Applied.Count, third.Version));
        Assert.Equal("initial,1 second,1 third,1", await AskAsync("SELECT string_agg(name || ',' || oldest_build, ' ' ORDER BY version) FROM schema_migrations"));
    }

    [Fact]
    public async Task Ten_who_migrate_at_once_do_it_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => MigrateAsync([.. Ours, Second, Third]))));

        Assert.Equal(["0001_initial", "0002_second", "0003_third"], outcomes.SelectMany(each => each.Applied).Select(each => each.FullName).Order());
        Assert.All(outcomes, outcome => Assert.Equal(3, outcome.Version));
        Assert.Equal("1", await AskAsync("SELECT count(*)::text FROM more"));
    }

    [Fact]
    public async Task A_migration_that_fails_leaves_nothing_and_those_before_it_stay()
    {
        var broken = new Migration(3, "broken", "-- oldest: 1\nCREATE TABLE half (id text); CREATE TABLE threads (id text)");

        var failure = await Assert.ThrowsAsync<MigrationFailedException>(() => MigrateAsync([.. Ours, Second, broken]));

        Assert.Equal(("0003_broken", "42P07"), (failure.Migration.FullName, failure.SqlState));
        Assert.Equal("2", await AskAsync("SELECT count(*)::text FROM schema_migrations"));
        Assert.Equal("", await AskAsync("SELECT coalesce(to_regclass('half')::text, '')"));
        Assert.Equal(3, (await MigrateAsync([.. Ours, Second, Third])).Version);
    }

    [Fact]
    public async Task One_that_is_cut_off_leaves_nothing_and_the_next_one_does_it()
    {
        await MigrateAsync(Ours);
        var slow = new Migration(2, "slow", "-- oldest: 1\nCREATE TABLE half (id text); SELECT pg_sleep(600)");
        var running = MigrateAsync([.. Ours, slow]);
        while (await AskAsync("SELECT count(pg_terminate_backend(pid))::text FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)' AND datname = current_database()") == "0")
            await Task.Delay(20);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => running);

        Assert.Equal("1", await AskAsync("SELECT count(*)::text FROM schema_migrations"));
        Assert.Equal(2, (await MigrateAsync([.. Ours, Second])).Version);
    }

    [Fact]
    public async Task Who_does_not_get_the_lock_in_time_says_so_and_has_changed_nothing()
    {
        await using var other = await HoldAsync("SELECT pg_advisory_xact_lock(7449363237540164979)");

        var refusal = await Assert.ThrowsAsync<MigrationLockException>(() => MigrateAsync(Ours, TimeSpan.FromSeconds(1)));

        Assert.Equal("Waited 1 s for another migration to end; nothing was changed meanwhile.", refusal.Message);
        Assert.Equal("", await AskAsync("SELECT coalesce(to_regclass('schema_migrations')::text, '')"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Instances_that_run_keep_no_migration_waiting(bool alone)
    {
        await using var instance = new SharedUse(PostgresStores.Address(_connectionString), alone);
        Assert.Equal(CheckStatus.Healthy, (await instance.CheckAsync(default)).Status);

        Assert.Equal(1, (await MigrateAsync(Ours, TimeSpan.FromSeconds(30))).Version);

        Assert.Empty(_said);
    }

    [Fact]
    public async Task Who_waits_for_the_lock_says_so_once_and_goes_on_when_it_is_free()
    {
        var other = await HoldAsync("SELECT pg_advisory_xact_lock(7449363237540164979)");
        var running = MigrateAsync(Ours, TimeSpan.FromSeconds(60));
        while (!Said("waits for another migration to end")) await Task.Delay(20);
        await other.DisposeAsync();

        Assert.Equal(1, (await running).Version);
        Assert.Single(_said);
    }

    [Fact]
    public async Task A_table_that_somebody_holds_is_asked_for_again_until_it_is_free()
    {
        await MigrateAsync([.. Ours, Second]);
        var other = await HoldAsync("LOCK TABLE threads IN ACCESS SHARE MODE");
        var running = MigrateAsync([.. Ours, Second, Third], TimeSpan.FromSeconds(60));
        while (!Said("waits for a lock on a table that migration 0003_third changes")) await Task.Delay(20);

        // Between its attempts the others are served.
        await AskAsync("SELECT count(*)::text FROM threads");
        await other.DisposeAsync();

        Assert.Equal(3, (await running).Version);
    }

    [Fact]
    public async Task A_plan_names_what_would_be_applied_and_changes_nothing()
    {
        var migrator = new PostgresMigrator(PostgresStores.Address(_connectionString), [.. Ours, Second], TimeProvider.System, _said.Add);
        var (pending, version) = await migrator.PlanAsync(TimeSpan.FromSeconds(60), default);

        Assert.Equal(("0001_initial 0002_second", 0), (Names(pending), version));
        Assert.Equal("0", await AskAsync("SELECT count(*)::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"));
    }

    [Fact]
    public async Task A_history_that_somebody_holds_is_waited_for_no_longer_than_a_lock()
    {
        await MigrateAsync(Ours);
        await using var other = await HoldAsync("LOCK TABLE schema_migrations");
        var migrator = new PostgresMigrator(PostgresStores.Address(_connectionString), Ours, TimeProvider.System, Say);

        var planned = await Assert.ThrowsAsync<MigrationLockException>(() => migrator.PlanAsync(TimeSpan.FromSeconds(1), default));
        var migrated = await Assert.ThrowsAsync<MigrationLockException>(() => MigrateAsync(Ours, TimeSpan.FromSeconds(1)));

        const string says = "Waited 1 s for a lock on the table schema_migrations; nothing was changed meanwhile.";
        Assert.Equal((says, says), (planned.Message, migrated.Message));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_process_that_is_frozen_is_given_up()
    {
        var slow = new Migration(2, "slow", "-- oldest: 1\nCREATE TABLE half (id text); SELECT pg_sleep(0), pg_advisory_lock(12)");
        await MigrateAsync(Ours);
        await using var other = await HoldAsync("SELECT pg_advisory_lock(12)");
        var migrator = new PostgresMigrator(PostgresStores.Address(_connectionString), [.. Ours, slow], TimeProvider.System, Say)
        {
            StatementLimit = TimeSpan.FromSeconds(2),
        };
        var running = migrator.MigrateAsync(TimeSpan.FromSeconds(60), default);
        const string frozen = "SELECT coalesce(max(pid), 0)::text FROM pg_locks WHERE locktype = 'advisory' AND objid = 12 AND NOT granted";
        string process;
        while ((process = await AskAsync(frozen)) == "0") await Task.Delay(20);
        PostgresServer.Pause([int.Parse(process, CultureInfo.InvariantCulture)]);
        try
        {
            var silent = await Assert.ThrowsAsync<MigrationSilentException>(() => running);

            Assert.StartsWith("Migration 0002_slow was given up: the server did not answer in 2 s. It is undone.", silent.Message);
        }
        finally
        {
            PostgresServer.Resume([int.Parse(process, CultureInfo.InvariantCulture)]);
        }
        await other.DisposeAsync();
        Assert.Equal(2, (await MigrateAsync([.. Ours, Second])).Version);
    }

    private Task<MigrationOutcome> MigrateAsync(IReadOnlyList<Migration> migrations, TimeSpan? lockLimit = null) =>
        new PostgresMigrator(PostgresStores.Address(_connectionString), migrations, TimeProvider.System, Say)
            .MigrateAsync(lockLimit ?? TimeSpan.FromSeconds(60), default);

    private static string Names(IReadOnlyList<Migration> migrations) => string.Join(' ', migrations.Select(migration => migration.FullName));

    private void Say(string line)
    {
        lock (_said) _said.Add(line);
    }

    private bool Said(string line)
    {
        lock (_said) return _said.Contains(line);
    }

    private async Task<string> AskAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create($"{_connectionString};Pooling=false");
        await using var command = source.CreateCommand(sql);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    // A transaction that has done this and does not end.
    private async Task<IAsyncDisposable> HoldAsync(string sql)
    {
        var connection = new NpgsqlConnection($"{_connectionString};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"BEGIN; {sql}", connection);
        await command.ExecuteNonQueryAsync();
        return connection;
    }
}
