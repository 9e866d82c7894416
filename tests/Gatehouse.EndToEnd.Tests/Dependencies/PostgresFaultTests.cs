using Gatehouse.EndToEnd.Harness;
using Gatehouse.EndToEnd.Probing;
using Gatehouse.Testing.Lines;

namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>What can be wrong with PostgreSQL while a server starts, and can be mended meanwhile.</summary>
public enum PostgresFault
{
    /// <summary>It is started after the server.</summary>
    Late,

    /// <summary>Connections are reset: there is a line, and nothing at its end.</summary>
    Refusing,

    /// <summary>Its processes are stopped: connections are taken and never answered.</summary>
    Hanging,

    WrongPassword,

    /// <summary>The database is empty.</summary>
    NotMigrated,

    /// <summary>By its history the schema is there, and one table is not.</summary>
    TableMissing,

    ReadOnlyReplica,
}

/// <summary>A server that finds a real PostgreSQL at fault when it starts: never open too early, the fault named, open when it is gone.</summary>
public sealed class PostgresFaultTests(SharedDependencies shared, PostgresFaultTests.Unlucky unlucky) : IClassFixture<PostgresFaultTests.Unlucky>
{
    // A migration opens the door within a second; what a busy machine may add is not this test's concern.
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(20);

    [Theory(Timeout = 180_000)]
    [InlineData(PostgresFault.Late)]
    [InlineData(PostgresFault.Refusing)]
    [InlineData(PostgresFault.Hanging)]
    [InlineData(PostgresFault.WrongPassword)]
    [InlineData(PostgresFault.NotMigrated)]
    [InlineData(PostgresFault.TableMissing)]
    [InlineData(PostgresFault.ReadOnlyReplica)]
    public async Task While_it_is_at_fault_nothing_opens_and_then_all_does(PostgresFault fault)
    {
        await using var faulty = (await MakeAsync(fault)) with { Root = RootOf(fault) };
        var after = await faulty.ProveAsync();

        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: ready {after.TotalMilliseconds:0} ms after it was mended");
        Assert.True(after < SoonEnough, $"{after}");
    }

    // What the five whys must end at.
    private static string RootOf(PostgresFault fault) => fault switch
    {
        PostgresFault.Late => "database.refusing",
        PostgresFault.Refusing => "database.connection_lost",
        PostgresFault.Hanging => "database.unanswering",
        PostgresFault.WrongPassword => "database.wrong_password",
        PostgresFault.NotMigrated => "schema.migration_behind",
        PostgresFault.TableMissing => "schema.table_gone",
        _ => "database.read_only",
    };

    private Task<Faulty> MakeAsync(PostgresFault fault) => fault switch
    {
        PostgresFault.Late => LateAsync(),
        PostgresFault.Refusing => RefusingAsync(),
        PostgresFault.Hanging => HangingAsync(),
        PostgresFault.WrongPassword => WrongPasswordAsync(),
        PostgresFault.NotMigrated => NotMigratedAsync(),
        PostgresFault.TableMissing => TableMissingAsync(),
        _ => ReadOnlyReplicaAsync(),
    };

    [Fact(Timeout = 180_000)]
    public async Task A_schema_that_is_too_new_is_said_to_be_so_and_nothing_opens()
    {
        var server = await shared.PostgresAsync();
        var database = await shared.MigratedAsync();
        await server.AskAsync(SharedDependencies.NameOf(database), "INSERT INTO schema_migrations VALUES (3, 'breaking', 'x', 3)");
        await using var faulty = new Faulty("schema") { Database = database, Redis = shared.RedisAddress(), MendAsync = () => Task.CompletedTask };
        await using var watched = await WatchedServer.LaunchAsync(faulty.Setup);

        var report = await watched.Probes.UntilAsync("/startup", answer => answer.Body.TryGetProperty("error", out _));

        Assert.Equal(503, report.Status);
        Assert.StartsWith("schema: The database ", report.Body.GetProperty("error").GetString());
        Assert.EndsWith("is too new: it has migration 3 (breaking), this build knows 2. Use a newer build.", report.Body.GetProperty("error").GetString());
        Assert.Contains("schema.migration_ahead@schema", await Explained.RootsAsync(watched.Server));      // what else had not come up yet stays so
        await watched.StaysClosedAsync();
    }

    private async Task<Faulty> LateAsync()
    {
        var (server, database) = await unlucky.MigratedAsync();
        await server.StopAsync();
        return new("database", $"Nothing listens at 127.0.0.1:{server.Port}/", "Start PostgreSQL")
        {
            Database = database,
            Redis = shared.RedisAddress(),
            MendAsync = server.StartAgainAsync,
        };
    }

    private async Task<Faulty> RefusingAsync()
    {
        var database = await shared.MigratedAsync();
        var allowance = 0L;
        var line = CuttingProxy.Start((await shared.PostgresAsync()).Port, _ => Volatile.Read(ref allowance));
        return new("database", $"PostgreSQL at 127.0.0.1:{line.Port}/", "has cut the connection", "Look at its log")
        {
            Database = PostgresServer.ConnectionString(line.Port, SharedDependencies.NameOf(database)),
            Redis = shared.RedisAddress(),
            Own = [line],
            MendAsync = () =>
            {
                Volatile.Write(ref allowance, long.MaxValue);
                return Task.CompletedTask;
            },
        };
    }

    private async Task<Faulty> HangingAsync()
    {
        var (server, database) = await unlucky.MigratedAsync();
        server.Pause();
        return new("database", "does not answer in time (1 s to connect", "a firewall swallows the packets")
        {
            Database = $"{database};Timeout=1",
            Redis = shared.RedisAddress(),
            MendAsync = () =>
            {
                server.Resume();
                return Task.CompletedTask;
            },
        };
    }

    private async Task<Faulty> WrongPasswordAsync()
    {
        var server = await shared.PostgresAsync();
        var database = SharedDependencies.NameOf(await shared.MigratedAsync());
        await server.AskAsync(database, "CREATE ROLE forgetful LOGIN SUPERUSER PASSWORD 'other'");
        return new("database", "refuses the password of the user forgetful", "Put the right ones into ConnectionStrings:Database")
        {
            Database = $"postgres://forgetful:{PostgresServer.Password}@127.0.0.1:{server.Port}/{database}",
            Redis = shared.RedisAddress(),
            MendAsync = () => server.AskAsync(database, $"ALTER USER forgetful PASSWORD '{PostgresServer.Password}'"),
        };
    }

    private async Task<Faulty> NotMigratedAsync()
    {
        var database = await (await shared.PostgresAsync()).CreateDatabaseAsync();
        return new("schema", "Waiting for migrations 0001_initial, 0002_operations", "Run gatehouse-server migrate")
        {
            Database = database,
            Redis = shared.RedisAddress(),
            MendAsync = () => SharedDependencies.MigrateAsync(database),
        };
    }

    private async Task<Faulty> TableMissingAsync()
    {
        var server = await shared.PostgresAsync();
        var database = await shared.MigratedAsync();
        var name = SharedDependencies.NameOf(database);
        await server.AskAsync(name, "ALTER TABLE interrupts RENAME TO elsewhere");
        return new("schema", "table interrupts is missing", "Restore it")
        {
            Database = database,
            Redis = shared.RedisAddress(),
            MendAsync = () => server.AskAsync(name, "ALTER TABLE elsewhere RENAME TO interrupts"),
        };
    }

    private async Task<Faulty> ReadOnlyReplicaAsync()
    {
        var (server, database) = await unlucky.MigratedAsync();
        await server.BecomeReplicaAsync();
        return new("database", "is a read-only replica", "Point ConnectionStrings:Database at the primary")
        {
            Database = database,
            Redis = shared.RedisAddress(),
            MendAsync = () => server.AskAsync("postgres", "SELECT pg_promote()"),
        };
    }

    /// <summary>A PostgreSQL that is stopped, paused and made a replica; each test leaves it whole.</summary>
    public sealed class Unlucky : IAsyncDisposable
    {
        private PostgresServer? _server;
        private string _database = "";

        /// <summary>The server and how to connect to its one database.</summary>
        public async Task<(PostgresServer Server, string Database)> MigratedAsync()
        {
            if (_server is not null) return (_server, _database);
            _server = await PostgresServer.StartAsync("fsync=off");
            _database = await _server.CreateDatabaseAsync();
            await SharedDependencies.MigrateAsync(_database);
            return (_server, _database);
        }

        public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;
    }
}
