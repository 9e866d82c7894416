using Gatehouse.Store;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>What the schema of a real database is to this build.</summary>
public sealed class PostgresSchemaTests(SharedPostgres postgres) : IAsyncLifetime
{
    private const string RequiredFile = "src/Gatehouse/Store/Migrations/postgres/required.txt";
    private const string Write = "GATEHOUSE_WRITE_SCHEMA";

    private static readonly IReadOnlyList<Migration> Ours = Migration.For("postgres");

    private string _connectionString = null!;
    private PostgresDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await postgres.EmptyAsync();
        _database = new(PostgresStores.Address(_connectionString), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task The_required_objects_are_those_that_the_migrations_make()
    {
        await MigrateAsync(Ours);

        var made = SchemaObject.Write(await _database.CallAsync(
            async batch =>
            {
                await using var results = await PostgresCatalogue.Add(batch, null).SendAsync();
                var objects = await PostgresCatalogue.ReadAsync(results);
                await results.EndAsync();
                return objects;
            },
            default));

        var file = Path.Combine(Repository.Root, RequiredFile);
        if (Environment.GetEnvironmentVariable(Write) is { Length: > 0 }) await File.WriteAllTextAsync(file, made);
        var kept = await File.ReadAllTextAsync(file);
        Assert.True(kept == made, $"{RequiredFile} is not what the migrations make. Run this test once with {Write}=1 and look at the difference:\n{Difference(kept, made)}");
        Assert.Equal(made, SchemaObject.Write(SchemaObject.Parse(made)));
    }

    [Fact]
    public void Every_migration_says_which_builds_it_spares()
    {
        Assert.All(Ours, migration => Assert.StartsWith("-- oldest: ", migration.Sql));
        Assert.Throws<InvalidOperationException>(() => new Migration(2, "second", "-- oldest: 3\nSELECT 1"));
        Assert.Throws<InvalidOperationException>(() => new Migration(2, "second", "-- oldest: one\nSELECT 1"));
        Assert.Equal(2, new Migration(2, "second", "SELECT 1").Oldest);
    }

    [Fact]
    public async Task An_empty_database_is_behind_and_a_migrated_one_is_good()
    {
        var before = await VerifyAsync();
        Assert.Equal((SchemaState.Behind, "schema_behind"), (before.State, before.Signature));
        Assert.StartsWith($"Waiting for migrations 0001_initial, 0002_operations in {_database.Address}: table agent_executions is missing, ", before.Reason);
        foreach (var table in new[] { "threads", "agent_executions", "messages", "execution_steps", "interrupts", "schema_migrations" })
            Assert.Contains($"table {table} is missing", before.Reason);
        Assert.EndsWith(" Run gatehouse-server migrate.", before.Reason);

        await MigrateAsync(Ours);

        Assert.Equal(SchemaVerdict.Good, await VerifyAsync());
    }

    [Theory]
    [InlineData("DROP TABLE execution_steps", "table execution_steps is missing", "42P01")]
    [InlineData("ALTER TABLE messages DROP COLUMN error", "column messages.error is missing", "42703")]
    [InlineData("DROP INDEX threads_newest", "index threads_newest on threads is missing", "42704")]
    [InlineData("ALTER TABLE threads ALTER COLUMN seq TYPE numeric", "column threads.seq is numeric not null default 0, it must be bigint not null default 0", "42804")]
    [InlineData("ALTER TABLE threads ALTER COLUMN title DROP NOT NULL", "column threads.title is text, it must be text not null", "42804")]
    [InlineData("ALTER TABLE threads ALTER COLUMN seq DROP DEFAULT", "column threads.seq is bigint not null, it must be bigint not null default 0", "42804")]
    [InlineData("ALTER TABLE threads ALTER COLUMN seq SET DEFAULT 7", "column threads.seq is bigint not null default 7, it must be bigint not null default 0", "42804")]
    [InlineData(
        "ALTER TABLE threads ALTER COLUMN seq DROP DEFAULT; ALTER TABLE threads ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY",
        "column threads.seq is bigint not null generated default, it must be bigint not null default 0", "42804")]
    [InlineData(
        "ALTER TABLE messages DROP CONSTRAINT messages_pkey, ADD CONSTRAINT messages_pkey PRIMARY KEY (run_id, step, part) DEFERRABLE",
        "index messages_pkey on messages is unique (run_id, step, part) deferrable, it must be unique (run_id, step, part)", "42804")]
    [InlineData("ALTER TABLE messages ALTER COLUMN content SET NOT NULL", "column messages.content is text not null, it must be text", "42804")]
    [InlineData(
        "ALTER TABLE interrupts ALTER COLUMN id TYPE text COLLATE \"default\"",
        "column interrupts.id is text not null, it must be text COLLATE \"C\" not null", "42804")]
    [InlineData(
        "DROP INDEX agent_executions_ordinal; CREATE INDEX agent_executions_ordinal ON agent_executions (thread_id, ordinal)",
        "index agent_executions_ordinal on agent_executions is (thread_id, ordinal), it must be unique (thread_id, ordinal)", "42804")]
    [InlineData(
        "DROP INDEX messages_open; CREATE INDEX messages_open ON messages (id) WHERE open",
        "index messages_open on messages is (id) where open, it must be (run_id) where open", "42804")]
    [InlineData(
        "DROP INDEX agent_executions_open; CREATE INDEX agent_executions_open ON agent_executions (thread_id, ordinal)",
        "index agent_executions_open on agent_executions is (thread_id, ordinal), it must be (thread_id, ordinal) where state <> 'closed'", "42804")]
    [InlineData("ALTER TABLE messages DROP CONSTRAINT messages_run_id_fkey", "foreign key messages (run_id) is missing", "42704")]
    [InlineData(
        "ALTER TABLE threads ADD COLUMN tenant text NOT NULL",
        "column threads.tenant, which this build does not know, is not null and has no default", "23502")]
    public async Task What_is_missing_or_wrong_is_named_whatever_the_history_says(string damage, string named, string signature)
    {
        await MigrateAsync(Ours);
        await RunAsync(damage);

        Assert.Equal(Ours.Count, (await MigrateAsync(Ours)).Version);
        var verdict = await VerifyAsync();

        Assert.Equal(
            (SchemaState.Damaged, signature, $"By its history the schema in {_database.Address} is complete, but {named}. Restore it, or migrate an empty database."),
            (verdict.State, verdict.Signature, verdict.Reason));
    }

    [Fact]
    public async Task An_index_that_was_not_finished_is_missing()
    {
        await MigrateAsync(Ours);
        await RunAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'threads_newest'::regclass");

        Assert.Contains("index threads_newest on threads is missing", (await VerifyAsync()).Reason);
    }

    [Fact]
    public async Task All_that_is_missing_is_named()
    {
        await MigrateAsync(Ours);
        await RunAsync("DROP TABLE execution_steps; ALTER TABLE messages DROP COLUMN error, DROP COLUMN role; DROP INDEX threads_owned");

        var reason = (await VerifyAsync()).Reason;

        foreach (var part in new[] { "table execution_steps", "column messages.error", "column messages.role", "index threads_owned on threads" })
            Assert.Contains($"{part} is missing", reason);
    }

    [Fact]
    public async Task What_a_database_has_beyond_is_fine()
    {
        await MigrateAsync(Ours);
        await RunAsync("""
            CREATE TABLE more (id text NOT NULL); CREATE INDEX more_titles ON threads (title);
            ALTER TABLE messages ADD CONSTRAINT twice FOREIGN KEY (run_id) REFERENCES agent_executions (id);
            ALTER TABLE threads ADD COLUMN colour text, ADD COLUMN size integer NOT NULL DEFAULT 1, ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
            """);

        Assert.Equal(SchemaVerdict.Good, await VerifyAsync());
    }

    [Fact]
    public async Task How_a_user_likes_names_quoted_changes_nothing()
    {
        await MigrateAsync(Ours);
        await RunAsync($"ALTER DATABASE {_database.Address.Database} SET quote_all_identifiers = on");

        Assert.Equal(SchemaVerdict.Good, await VerifyAsync());
    }

    [Fact]
    public async Task A_newer_migration_that_spares_this_build_may_change_what_it_does_not_need_by_name()
    {
        var newer = new Migration(3, "leaner", "-- oldest: 1\nALTER TABLE threads ADD COLUMN extra text; DROP INDEX threads_newest; ALTER TABLE threads ALTER COLUMN title DROP NOT NULL");
        await MigrateAsync([.. Ours, newer]);

        Assert.Equal(SchemaVerdict.Good, await VerifyAsync());

        await RunAsync("ALTER TABLE messages DROP COLUMN error");
        Assert.Contains("column messages.error is missing", (await VerifyAsync()).Reason);
    }

    [Fact]
    public async Task A_migration_that_does_not_spare_this_build_makes_the_database_too_new()
    {
        await MigrateAsync([.. Ours, new(3, "breaking", "-- oldest: 3\nALTER TABLE threads RENAME COLUMN title TO caption")]);

        var verdict = await VerifyAsync();

        Assert.Equal((SchemaState.TooNew, "schema_too_new"), (verdict.State, verdict.Signature));
        Assert.Contains("is too new: it has migration 3 (breaking), this build knows 2. Use a newer build.", verdict.Reason);
    }

    [Theory]
    [InlineData("UPDATE schema_migrations SET checksum = 'other checksum' WHERE version = 1", "Migration 1 (initial) was changed after it was applied")]
    [InlineData("UPDATE schema_migrations SET checksum = 'abc'", "its checksum was abc, this build has ")]
    [InlineData("UPDATE schema_migrations SET checksum = ''", "its checksum was , this build has ")]
    [InlineData("UPDATE schema_migrations SET version = 3 WHERE version = 1", "migration 1 was never applied, 2 (operations) was")]
    public async Task A_history_of_something_else_is_refused(string forgery, string says)
    {
        await MigrateAsync(Ours);
        await RunAsync(forgery.Replace("version = 3", "version = 3, oldest_build = 1"));

        var verdict = await VerifyAsync();

        Assert.Equal((SchemaState.OtherHistory, "schema_history"), (verdict.State, verdict.Signature));
        Assert.Contains(says, verdict.Reason);
        Assert.Equal(StoreFault.History, (await Assert.ThrowsAsync<StoreException>(() => MigrateAsync(Ours))).Fault);
    }

    [Theory]
    [InlineData("CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean NOT NULL)")]
    [InlineData("CREATE TABLE schema_migrations (version, name, checksum, oldest_build) AS SELECT '2026'::text, 'a'::text, 'b'::text, 1")]
    [InlineData("CREATE TABLE schema_migrations (version, name, checksum, oldest_build) AS SELECT 1::bigint, 'a'::text, 'b'::text, 1")]
    [InlineData("CREATE TABLE schema_migrations (version, name, checksum, oldest_build) AS SELECT 1, 'a'::text, NULL::text, 1")]
    public async Task A_history_table_of_another_tool_is_told_apart(string table)
    {
        await RunAsync(table);

        var verdict = await VerifyAsync();

        Assert.Equal(SchemaState.OtherHistory, verdict.State);
        Assert.StartsWith("The table schema_migrations in ", verdict.Reason);
        Assert.Contains("belongs to another tool, or was changed. Give Gatehouse a database of its own, or a schema (Search Path=…).", verdict.Reason);
    }

    [Fact]
    public async Task Tables_without_a_history_are_waited_for()
    {
        await MigrateAsync(Ours);
        await RunAsync("DROP TABLE schema_migrations");

        var verdict = await VerifyAsync();

        Assert.Equal(SchemaState.Behind, verdict.State);
        Assert.Contains("Waiting for migrations 0001_initial, 0002_operations", verdict.Reason);
        Assert.Contains("table schema_migrations is missing", verdict.Reason);
    }

    [Fact]
    public async Task A_user_who_may_not_write_is_told_what_is_not_granted()
    {
        await MigrateAsync(Ours);
        await RunAsync("CREATE ROLE reader LOGIN PASSWORD 'reads'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; GRANT INSERT, UPDATE, DELETE ON threads TO reader");
        var address = new NpgsqlConnectionStringBuilder(_connectionString) { Username = "reader", Password = "reads" };
        await using var database = new PostgresDatabase(PostgresStores.Address(address.ToString()), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

        var verdict = await new PostgresSchema(database, Ours, SchemaObject.Required).VerifyAsync(default);

        Assert.Equal((SchemaState.Damaged, "42501"), (verdict.State, verdict.Signature));
        Assert.Contains("table messages does not grant this user INSERT, UPDATE, DELETE", verdict.Reason);
        Assert.EndsWith(" Grant reader what it lacks.", verdict.Reason);
        Assert.DoesNotContain("table threads", verdict.Reason);
        Assert.DoesNotContain("schema_migrations", verdict.Reason);
        await RunAsync("DROP OWNED BY reader; DROP ROLE reader");
    }

    [Fact]
    public async Task A_table_that_hides_rows_from_its_user_is_named()
    {
        await MigrateAsync(Ours);
        await RunAsync("CREATE ROLE shown LOGIN PASSWORD 'little'; GRANT ALL ON ALL TABLES IN SCHEMA public TO shown; ALTER TABLE threads ENABLE ROW LEVEL SECURITY");
        Assert.Equal(SchemaVerdict.Good, await VerifyAsync());       // its owner sees all
        var address = new NpgsqlConnectionStringBuilder(_connectionString) { Username = "shown", Password = "little" };
        await using var database = new PostgresDatabase(PostgresStores.Address(address.ToString()), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

        var verdict = await new PostgresSchema(database, Ours, SchemaObject.Required).VerifyAsync(default);

        Assert.Equal((SchemaState.Damaged, "42501"), (verdict.State, verdict.Signature));
        Assert.EndsWith("but table threads hides rows from this user by row-level security. Grant shown what it lacks.", verdict.Reason);
        await RunAsync("DROP OWNED BY shown; DROP ROLE shown");
    }

    private Task<SchemaVerdict> VerifyAsync() => new PostgresSchema(_database, Ours, SchemaObject.Required).VerifyAsync(default);

    private Task<MigrationOutcome> MigrateAsync(IReadOnlyList<Migration> migrations) =>
        new PostgresMigrator(_database.Address, migrations, TimeProvider.System, _ => { }).MigrateAsync(TimeSpan.FromSeconds(30), default);

    private Task RunAsync(string sql) => SharedPostgres.RunAsync(_connectionString, sql);

    private static string Difference(string kept, string made) => string.Join('\n', (string[])
    [
        .. kept.Split('\n').Except(made.Split('\n')).Select(line => $"- {line}"), .. made.Split('\n').Except(kept.Split('\n')).Select(line => $"+ {line}"),
    ]);
}
