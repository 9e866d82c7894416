using Gatehouse.EndToEnd.Dependencies;
using Gatehouse.EndToEnd.Harness;
using Gatehouse.Testing.Lines;
using Gatehouse.Testing.Models;
using Npgsql;

namespace Gatehouse.EndToEnd.Incidents;

/// <summary>
/// What goes wrong in a real process, beside its dependencies, and the root that the five whys end at. The faults of PostgreSQL and Redis
/// are in <see cref="PostgresFaultTests"/>, <see cref="RedisFaultTests"/> and <see cref="MistakeTests"/>, those of the front door in
/// <see cref="Admission.LimitsTests"/>.
/// </summary>
public sealed class InjectionTests(SharedDependencies shared)
{
    private const int Turns = 3;        // one failed call is nobody's symptom

    [Theory(Timeout = 120_000)]
    [InlineData("throws", "monitor.throwing@billing")]
    [InlineData("hangs", "monitor.hanging@billing")]
    [InlineData("unmade", "monitor.constructor@billing")]
    public async Task A_monitor_that_is_itself_ill(string illness, string root)
    {
        await using var server = ServerProcess.Launch(ServerSetup.Host($"--Billing:Monitor={illness}"));
        await server.ListeningAsync();
        await Explained.ByAsync(server, root);
    }

    [Theory(Timeout = 120_000)]
    [InlineData(401, "provider.refusing@assistant")]
    [InlineData(429, "provider.rate_limited@assistant")]
    [InlineData(503, "provider.unreachable@assistant")]
    public async Task A_provider_that_refuses(int status, string root)
    {
        await using var provider = await FakeModelProvider.StartAsync();
        provider.Otherwise = _ => ModelAnswer.Refusing(status, retryAfter: "0");
        await using var server = await ServerProcess.StartAsync($"--Agent:Endpoint={provider.Endpoint}", "--Agent:Model=fake-model", "--Agent:ApiKey=secret");
        await using var client = await WireClient.ConnectAsync(server.Port);
        for (var turn = 0; turn < Turns; turn++) await client.TurnAsync("hello");
        await Explained.ByAsync(server, root);
    }

    [Fact(Timeout = 120_000, Explicit = true), Trait("Time", "minutes")]
    public async Task A_provider_that_answers_much_later_than_it_should()
    {
        await using var provider = await FakeModelProvider.StartAsync();
        provider.Otherwise = static _ => new ModelAnswer().Pause(TimeSpan.FromSeconds(11)).Text("at", " last").Complete();
        await using var server = await ServerProcess.StartAsync($"--Agent:Endpoint={provider.Endpoint}", "--Agent:Model=fake-model", "--Agent:ApiKey=secret");
        await Task.WhenAll(Enumerable.Range(0, Turns).Select(async _ =>
        {
            await using var client = await WireClient.ConnectAsync(server.Port);
            await client.TurnAsync("hello");
        }));
        await Explained.ByAsync(server, "provider.slow@assistant");
    }

    [Fact(Timeout = 120_000, Explicit = true), Trait("Time", "minutes")]
    public async Task A_database_that_answers_more_and_more_slowly()
    {
        var address = new NpgsqlConnectionStringBuilder(await shared.MigratedAsync());
        await using var line = FaultyLine.To(address.Port);
        address.Port = line.Port;
        await using var server = await ServerProcess.StartAsync(new ServerSetup
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = address.ConnectionString, ["ConnectionStrings__Redis"] = shared.RedisAddress() },
        });
        line.Break(LineFault.Delayed, TimeSpan.FromMilliseconds(200));
        using (var live = new StatusStream(server.Port))        // slow is not down, and it is told
            await live.UntilAsync(async _ => await Explained.SummaryAsync(server) is { } summary && summary.Contains("database") && summary.Contains("more slowly than"));
        line.Break(LineFault.Delayed, TimeSpan.FromSeconds(4));
        await Explained.ByAsync(server, "database.slow@database");
        line.Mend();
        await Explained.ByAsync(server);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_drains_while_somebody_stays()
    {
        // With a Redis there are others to go to, and it waits for those who are here.
        await using var server = await ServerProcess.StartAsync(new ServerSetup
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = await shared.MigratedAsync(), ["ConnectionStrings__Redis"] = shared.RedisAddress(), ["Drain__Seconds"] = "60" },
        });
        await using var stays = await WireClient.ConnectAsync(server.Port);
        using (var live = new StatusStream(server.Port))
        {
            await live.UntilAsync(_ => Task.FromResult(true));
            server.Terminate();
            await live.UntilAsync(async _ => await Explained.SummaryAsync(server) == "The instance drains, as it was told to; nothing is wrong.");
        }
        Assert.Equal(1, await server.MetricAsync("gatehouse_connections{state=\"draining\"}"));
        await stays.DisposeAsync();
        Assert.Equal(0, await server.ExitAsync());
    }

    [Fact(Timeout = 120_000)]
    public async Task A_server_that_has_drained_and_that_nobody_has_ended_is_still_to_be_seen()
    {
        var setup = new ServerSetup
        {
            Environment = new Dictionary<string, string?>
            {
                ["ConnectionStrings__Database"] = await shared.MigratedAsync(),
                ["ConnectionStrings__Redis"] = shared.RedisAddress(),
                ["K_REVISION"] = "blue",
            },
        };
        await using var server = await ServerProcess.StartAsync(setup);
        await using var drain = ChildProcess.Start(new(setup.Program, "drain", "--revision", "blue") { Environment = setup.Environment });
        Assert.True(await drain.ExitAsync() is 0, drain.Output);
        await server.SaysAsync("Drained in");
        using var live = new StatusStream(server.Port);
        await live.UntilAsync(static status => status.TextOrNull("withdrawn") == "Revision blue is taken out of service.");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_process_that_has_hardly_more_memory_than_it_needs()
    {
        await using var server = await ServerProcess.StartAsync(new ServerSetup
        {
            Environment = new Dictionary<string, string?> { ["DOTNET_GCHeapHardLimit"] = "2000000" },       // 32 MiB, in hexadecimal digits; the process itself has more
        });
        await Explained.ByAsync(server, "process.memory_near_limit");
    }

    [Fact(Timeout = 120_000)]
    public async Task A_migration_that_waits_for_a_lock()
    {
        var database = await shared.MigratedAsync();
        var (postgres, name) = (await shared.PostgresAsync(), SharedDependencies.NameOf(database));
        await postgres.AskAsync(name, "DELETE FROM schema_migrations WHERE version = 2");
        await postgres.AskAsync(name, "DROP TABLE incidents, instances");
        // Somebody reads the history in a transaction that does not end: the migration's own record cannot be written.
        await using var other = new NpgsqlConnection(database);
        await other.OpenAsync();
        await using var reading = await other.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE schema_migrations IN SHARE MODE", other)) await hold.ExecuteNonQueryAsync();

        var migration = SharedDependencies.MigrateAsync(database);
        await using (var server = ServerProcess.Launch(new ServerSetup
        {
            Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = database, ["ConnectionStrings__Redis"] = shared.RedisAddress() },
        }))
        {
            await server.ListeningAsync();
            await Explained.ByAsync(server, "schema.migration_locked@schema");
            await reading.RollbackAsync();
            await migration;
            await server.ReadyAsync();
        }
    }
}
