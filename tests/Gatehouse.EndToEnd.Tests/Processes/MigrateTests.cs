using System.Text.RegularExpressions;

namespace Gatehouse.EndToEnd.Processes;

/// <summary><c>gatehouse-server migrate</c> as a job: one line, one exit code.</summary>
public sealed partial class MigrateTests(MigrateTests.Database database) : IClassFixture<MigrateTests.Database>
{
    private const string Said = "gatehouse-server migrate: ";

    [Fact(Timeout = 180_000)]
    public async Task It_migrates_once_and_then_has_nothing_to_do()
    {
        var connection = await database.Server.CreateDatabaseAsync();

        Assert.Equal((0, "dry run: would apply 2 migrations (0001_initial, 0002_operations); the schema is at 0"), await RunAsync(connection, "--dry-run"));
        var (code, line) = await RunAsync(connection);
        Assert.Equal(0, code);
        Assert.Matches(Applied(), line);
        Assert.Equal((0, "nothing to do; the schema is at 2"), await RunAsync(connection));
        Assert.Equal((0, "dry run: nothing to do; the schema is at 2"), await RunAsync(connection, "--dry-run"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Ten_that_are_started_at_once_migrate_once()
    {
        var connection = await database.Server.CreateDatabaseAsync();

        var ends = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => RunAsync(connection)));

        Assert.All(ends, end => Assert.Equal(0, end.Code));
        // Each migration has been applied by one of them, perhaps not both by the same; the others found them done.
        var applied = ends.Where(end => end.Line.StartsWith("applied ", StringComparison.Ordinal)).Select(end => end.Line).ToList();
        foreach (var migration in new[] { "0001_initial", "0002_operations" }) Assert.Single(applied, line => line.Contains(migration, StringComparison.Ordinal));
        Assert.Equal(10 - applied.Count, ends.Count(end => end.Line == "nothing to do; the schema is at 2"));
    }

    [Fact(Timeout = 180_000)]
    public async Task The_address_may_be_a_URL_and_an_argument()
    {
        var connection = await database.Server.CreateDatabaseAsync();
        var name = connection[(connection.LastIndexOf('=') + 1)..];
        var url = $"postgres://{PostgresServer.User}:{PostgresServer.Password}@127.0.0.1:{database.Server.Port}/{name}";

        var (code, line) = await RunAsync(null, $"--ConnectionStrings:Database={url}", "--lock-timeout", "30");

        Assert.Equal(0, code);
        Assert.Matches(Applied(), line);
    }

    [Fact(Timeout = 180_000)]
    public async Task Where_nobody_listens_it_ends_with_69()
    {
        var (code, line) = await RunAsync($"Host=127.0.0.1;Port={FreePort.Next()};Username=u;Password=geheim;Database=d");

        Assert.Equal(69, code);
        Assert.Contains("Nothing listens at 127.0.0.1:", line);
        Assert.DoesNotContain("geheim", line);
    }

    [Fact(Timeout = 180_000)]
    public async Task A_lock_that_is_not_free_in_time_ends_it_with_75()
    {
        var connection = await database.Server.CreateDatabaseAsync();
        var name = connection[(connection.LastIndexOf('=') + 1)..];
        await using var holder = ChildProcess.Start(new(
            "psql", "-h", "127.0.0.1", "-p", $"{database.Server.Port}", "-U", PostgresServer.User, "-d", name,
            "-c", "SELECT pg_advisory_lock(7449363237540164979)", "-c", "SELECT 'held'", "-c", "SELECT pg_sleep(600)")
        {
            Environment = new Dictionary<string, string?> { ["PGPASSWORD"] = PostgresServer.Password },
        });
        while (!holder.Output.Contains("held")) await Task.Delay(20);

        var (code, line) = await RunAsync(connection, "--lock-timeout", "1");

        Assert.Equal((75, "Waited 1 s for another migration to end; nothing was changed meanwhile."), (code, line));
    }

    [Theory(Timeout = 180_000)]
    [InlineData(null, "ConnectionStrings:Database is missing")]
    [InlineData("Host=db;Port=geheim", "ConnectionStrings:Database has a value for port that cannot be used")]
    [InlineData("geheim", "ConnectionStrings:Database cannot be read; it must be like Host=db;Database=gatehouse;")]
    [InlineData("postgres://u:geheim@db:port/app", "ConnectionStrings:Database has a port that is not a number")]
    public async Task A_connection_string_that_cannot_be_used_ends_it_with_78(string? connection, string says)
    {
        var (code, line) = await RunAsync(connection);

        Assert.Equal(78, code);
        Assert.Contains(says, line);
        Assert.DoesNotContain("geheim", line);
    }

    [Theory(Timeout = 180_000)]
    [InlineData("Password=geheim", "refuses the password of the user gatehouse")]
    [InlineData("Password=", "wants a password of the user gatehouse, and there is none")]
    [InlineData("Database=nowhere", "has no database nowhere")]
    public async Task One_that_the_database_refuses_ends_it_with_78(string mistake, string says)
    {
        var (code, line) = await RunAsync($"{database.Server.ConnectionString()};{mistake}");

        Assert.Equal(78, code);
        Assert.Contains(says, line);
        Assert.DoesNotContain("geheim", line);
    }

    [Fact(Timeout = 180_000)]
    public async Task An_argument_that_is_not_known_ends_it_with_64()
    {
        var (code, line) = await RunAsync(database.Server.ConnectionString(), "--dryrun");

        Assert.Equal(64, code);
        Assert.Contains("argument 1 is not known", line);
    }

    [Fact(Timeout = 180_000)]
    public async Task The_word_behind_options_starts_no_server()
    {
        await using var server = ServerProcess.Launch(new("migrate"));      // behind the data directory

        Assert.Equal(64, await server.ExitAsync());

        Assert.Equal("gatehouse-server: 'migrate' must be the first argument; options of the configuration follow it.", Assert.Single(server.Lines));
    }

    // The last line is the answer; before it, it may say what it waits for.
    private static async Task<(int Code, string Line)> RunAsync(string? connection, params string[] arguments)
    {
        await using var job = ChildProcess.Start(new(new ServerSetup().Program, ["migrate", .. arguments])
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = connection, ["GATEHOUSE_SERVER"] = null },
        });
        var code = await job.ExitAsync();
        var line = job.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
        Assert.StartsWith(Said, line);
        return (code, line[Said.Length..]);
    }

    [GeneratedRegex(@"^applied 2 migrations \(0001_initial, 0002_operations\) in [0-9]+ ms; the schema is at 2$")]
    private static partial Regex Applied();

    public sealed class Database : IAsyncLifetime
    {
        public PostgresServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await PostgresServer.StartAsync("fsync=off");

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
