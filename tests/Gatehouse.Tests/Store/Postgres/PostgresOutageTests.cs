using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Gatehouse.Testing.Servers;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>A database that stops, pauses, restarts, or changes under a store that goes on. The PostgreSQL is of these tests alone.</summary>
[Collection(nameof(Alone))]
public sealed class PostgresOutageTests(PostgresOutageTests.Victim victim) : IClassFixture<PostgresOutageTests.Victim>, IAsyncLifetime
{
    private const int Many = 30;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string _connectionString = null!;
    private PostgresDatabase _database = null!;
    private PostgresStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _connectionString = await victim.Server.CreateDatabaseAsync();
        _database = Open(_connectionString);
        _store = new(_database, TimeSpan.FromSeconds(15), TimeProvider.System);
        await new PostgresMigrator(_database.Address, Gatehouse.Store.Migrations.Migration.For("postgres"), TimeProvider.System, _ => { }).MigrateAsync(Patience, default);
        await AtOnceAsync(AcceptAsync);     // as many connections as there may be
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task While_it_is_paused_every_call_ends_in_time_and_afterwards_all_work()
    {
        victim.Server.Pause();
        Func<int, Task>[] calls =
        [
            AcceptAsync, i => _store.ProceedAsync($"t{i}", 1, default), i => _store.RenewAsync($"owner-{i}", default),
            i => _store.SnapshotAsync($"t{i}", default), i => _store.TakeOverAsync($"owner-{i}", 1, default),
            i => _store.WriteAsync(new($"t{i}", 1, $"run{i}", new(1, 1), new RunChange.Closed()), default),
        ];
        var failures = await AtOnceAsync(i => Assert.ThrowsAsync<StoreException>(() => calls[i % calls.Length](i)));
        Assert.All(failures, failure => Assert.Equal(StoreFault.Away, failure.Fault));
        Assert.All(failures, failure => Assert.Contains("does not answer in time", failure.Message));

        victim.Server.Resume();

        await EventuallyAsync(() => _store.SnapshotAsync("t0", default));
        Assert.All(await AtOnceAsync(i => _store.SnapshotAsync($"t{i}", default)), Assert.NotNull);
    }

    [Fact]
    public async Task Connections_that_fall_silent_are_left_behind_and_new_ones_are_made()
    {
        var silent = await ConnectionsAsync();
        Assert.NotEmpty(silent);
        PostgresServer.Pause(silent);       // as behind a firewall that has forgotten them

        await EventuallyAsync(() => _store.SnapshotAsync("t0", default));
        Assert.All(await AtOnceAsync(i => _store.SnapshotAsync($"t{i}", default)), Assert.NotNull);

        victim.Server.Resume();
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_any_longer_need_not_while_it_is_paused()
    {
        victim.Server.Pause();
        using var stop = new CancellationTokenSource();
        var calls = AtOnceAsync(i => Assert.ThrowsAnyAsync<OperationCanceledException>(() => _store.SnapshotAsync($"t{i}", stop.Token)));

        await stop.CancelAsync().WaitAsync(Patience);
        await calls;

        victim.Server.Resume();
        await EventuallyAsync(() => _store.SnapshotAsync("t0", default));
    }

    [Fact]
    public async Task After_a_restart_no_call_meets_a_connection_of_before()
    {
        await victim.Server.StopAsync();
        await victim.Server.StartAgainAsync();

        Assert.All(await AtOnceAsync(i => _store.SnapshotAsync($"t{i}", default)), Assert.NotNull);
    }

    [Fact]
    public async Task After_a_crash_what_was_accepted_is_there()
    {
        await victim.Server.KillAsync();
        var failure = await Assert.ThrowsAsync<StoreException>(() => AcceptAsync(99));
        Assert.Equal(StoreFault.Away, failure.Fault);
        Assert.Contains("Nothing listens at", failure.Message);
        Assert.DoesNotContain(PostgresServer.Password, failure.ToString());

        await victim.Server.StartAgainAsync();

        Assert.All(await AtOnceAsync(i => _store.SnapshotAsync($"t{i}", default)), Assert.NotNull);
        Assert.Null(await _store.SnapshotAsync("t99", default));
    }

    [Fact]
    public async Task Connections_that_the_server_ends_are_replaced()
    {
        await RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse'");

        Assert.All(await AtOnceAsync(i => _store.SnapshotAsync($"t{i}", default)), Assert.NotNull);
    }

    [Fact]
    public async Task A_primary_that_became_a_replica_is_named_and_left()
    {
        var name = new NpgsqlConnectionStringBuilder(_connectionString).Database;
        await RunAsync($"ALTER DATABASE {name} SET default_transaction_read_only = on");
        await RunAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gatehouse'");
        var failure = await Assert.ThrowsAsync<StoreException>(() => AcceptAsync(99));
        Assert.Contains("read-only", failure.Message);

        await SharedPostgres.RunAsync(victim.Server.ConnectionString(), $"ALTER DATABASE {name} RESET default_transaction_read_only");

        await AcceptAsync(99);      // on a new connection: the old one would still not write
        Assert.NotNull(await _store.SnapshotAsync("t99", default));
    }

    [Fact]
    public async Task The_primary_is_found_among_several_hosts()
    {
        await using var replica = await PostgresServer.StartAsync("fsync=off");
        await replica.BecomeReplicaAsync();
        await using var nobody = await PostgresServer.CreateAsync();
        var hosts = $"127.0.0.1:{nobody.Port},127.0.0.1:{replica.Port},127.0.0.1:{victim.Server.Port}";
        await using var database = Open($"Host={hosts};Username={PostgresServer.User};Password={PostgresServer.Password};Database={_database.Address.Database}");
        await using var store = new PostgresStore(database, TimeSpan.FromSeconds(15), TimeProvider.System);

        Assert.NotNull(await store.SnapshotAsync("t0", default));
        Assert.False((await database.AskServerAsync(default)).IsReplica);
        await victim.Server.StopAsync();
        Assert.Equal(StoreFault.Away, (await Assert.ThrowsAsync<StoreException>(() => store.SnapshotAsync("t0", default))).Fault);
        await victim.Server.StartAgainAsync();
        await EventuallyAsync(() => store.SnapshotAsync("t0", default));
    }

    [Fact]
    public async Task A_migration_under_living_connections_disturbs_no_call()
    {
        for (var i = 0; i < 5; i++) await AtOnceAsync(each => _store.ProceedAsync($"t{each}", 1, default));        // prepared by now
        await RunAsync("ALTER TABLE agent_executions ALTER COLUMN agent TYPE varchar(200); ALTER TABLE threads ADD COLUMN more text");

        Assert.All(await AtOnceAsync(i => _store.ProceedAsync($"t{i}", 1, default)), proceeding => Assert.NotNull(proceeding.Run));
    }

    [Fact]
    public async Task A_call_that_fails_by_itself_says_why_and_leaves_its_connection_as_it_was()
    {
        await using var database = Open($"{_connectionString};Maximum Pool Size=1");
        await using var store = new PostgresStore(database, TimeSpan.FromSeconds(15), TimeProvider.System);
        await RunAsync("DROP TABLE interrupts CASCADE");

        var failure = await Assert.ThrowsAsync<PostgresException>(() => store.SnapshotAsync("t0", default));
        Assert.Equal("42P01", failure.SqlState);
        await Assert.ThrowsAsync<PostgresException>(() => store.AcceptAsync(new("new", "m", "text", "agent", "run0", DateTimeOffset.UnixEpoch), "ann", default));

        // Nothing is left open: a transaction that failed half way would refuse these.
        Assert.Equal(Many, (await store.ThreadsAsync(null, 100, default)).Threads.Count);
        Assert.Equal("t1", await store.CancelAsync("run1", default));
    }

    [Fact]
    public async Task A_store_that_is_closed_says_so()
    {
        await _database.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => AcceptAsync(1));
    }

    private static PostgresDatabase Open(string connectionString) => new(
        PostgresStores.Address($"{connectionString};Timeout=2;Command Timeout=2"), TimeProvider.System, NullLogger<PostgresDatabase>.Instance);

    private Task<AcceptResult> AcceptAsync(int i) =>
        _store.AcceptAsync(new($"t{i}", "m", "text", "agent", $"run{i}", DateTimeOffset.UnixEpoch), $"owner-{i}", default);

    private static Task<T[]> AtOnceAsync<T>(Func<int, Task<T>> call) =>
        Task.WhenAll(Enumerable.Range(0, Many).Select(i => Task.Run(() => call(i)))).WaitAsync(Patience);

    // What a caller does: it makes the call again.
    private static async Task EventuallyAsync<T>(Func<Task<T>> call)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
            try
            {
                await call();
                return;
            }
            catch (StoreException away) when (away.Fault is StoreFault.Away && !patience.IsCancellationRequested)
            {
                await Task.Delay(50);
            }
    }

    private async Task<List<int>> ConnectionsAsync()
    {
        await using var source = NpgsqlDataSource.Create($"{_connectionString};Pooling=false");
        await using var command = source.CreateCommand(
            "SELECT pid FROM pg_stat_activity WHERE application_name = 'gatehouse' AND datname = current_database()");
        await using var reader = await command.ExecuteReaderAsync();
        var processes = new List<int>();
        while (await reader.ReadAsync()) processes.Add(reader.GetInt32(0));
        return processes;
    }

    private Task RunAsync(string sql) => SharedPostgres.RunAsync(_connectionString, sql);

    public sealed class Victim : IAsyncLifetime
    {
        public PostgresServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync("fsync=off");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
