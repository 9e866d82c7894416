using Gatehouse.Testing.Servers;
using Npgsql;
using StackExchange.Redis;

namespace Gatehouse.Worker.Tests;

/// <summary>The sample worker with a real PostgreSQL and a real Redis, from its first probe to its last line.</summary>
public sealed class WorkerTests
{
    private const string RedisPassword = "sim-sala-bim";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task It_names_what_it_waits_for_opens_when_the_last_is_there_works_and_ends_in_order()
    {
        await using var postgres = await PostgresServer.CreateAsync();
        await using var redis = RedisServer.Stopped("--requirepass", RedisPassword);
        await using var worker = WorkerProcess.Start(postgres.ConnectionString(), Address(redis), Window);

        var starting = await worker.Probes.UntilAsync("/startup", probe => probe.StateOf("database") == "failed" && probe.StateOf("redis") == "failed");
        Assert.Equal(503, starting.Status);
        Assert.Equal(["database"], starting.WaitingOn("schema"));
        Assert.Equal(["schema", "redis"], starting.WaitingOn("work"));

        await postgres.StartAgainAsync();
        var unmigrated = await worker.Probes.UntilAsync("/startup", probe => probe.StateOf("schema") == "failed");
        Assert.Equal((503, "ready", "table results is missing"), (unmigrated.Status, unmigrated.StateOf("database"), unmigrated.ReasonOf("schema")));

        await MigrateAsync(postgres);
        await worker.Probes.UntilAsync("/startup", probe => probe.StateOf("schema") == "ready");
        Assert.Equal(503, (await worker.Probes.AskAsync("/startup")).Status);
        await redis.StartAgainAsync();
        await worker.Probes.UntilAsync("/startup", probe => probe.Status == 200);
        await worker.Probes.UntilAsync("/ready", probe => probe.Status == 200);

        await DoesAJobAsync(postgres, redis);
        Assert.Equal(0, await worker.TerminateAsync());
        var output = worker.Process.Output;
        Assert.True(Line(output, "The work has ended, 1 jobs done") < Line(output, "The connection to Redis is closed"), output);
        Assert.DoesNotContain(PostgresServer.Password, output, StringComparison.Ordinal);
        Assert.DoesNotContain(RedisPassword, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_not_ready_while_Redis_is_away_and_only_an_unbroken_window_after_it_came_back()
    {
        await using var postgres = await PostgresServer.StartAsync();
        await using var redis = await RedisServer.StartAsync("--requirepass", RedisPassword);
        await MigrateAsync(postgres);
        await using var worker = WorkerProcess.Start(postgres.ConnectionString(), Address(redis), Window);
        await worker.Probes.UntilAsync("/ready", probe => probe.Status == 200);

        await redis.KillAsync();
        var fallen = await worker.Probes.UntilAsync("/ready", probe => probe.Status == 503);
        Assert.Equal("failed", fallen.StateOf("redis"));
        Assert.NotEqual("failed", fallen.StateOf("database"));
        Assert.Equal(200, (await worker.Probes.AskAsync("/startup")).Status);
        Assert.Equal(200, (await worker.Probes.AskAsync("/health")).Status);

        var back = TimeProvider.System.GetTimestamp();
        await redis.StartAgainAsync();
        await worker.Probes.UntilAsync("/ready", probe => probe.Status == 200);
        Assert.InRange(TimeProvider.System.GetElapsedTime(back), Window, Patience);
        await DoesAJobAsync(postgres, redis);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    [Fact]
    public async Task A_wrong_password_is_named_and_not_told()
    {
        const string wrong = "abra-cadabra";
        await using var postgres = await PostgresServer.StartAsync();
        await using var redis = await RedisServer.StartAsync("--requirepass", RedisPassword);
        await using var worker = WorkerProcess.Start(
            postgres.ConnectionString(password: wrong), $"{redis.Endpoint},password={wrong}");

        var refused = await worker.Probes.UntilAsync("/startup", probe => probe.StateOf("database") == "failed"
            && probe.ReasonOf("redis") == "no connection to Redis: AuthenticationFailure");

        Assert.Contains("28P01", refused.ReasonOf("database"), StringComparison.Ordinal);
        Assert.Equal(0, await worker.TerminateAsync());
        Assert.DoesNotContain(wrong, worker.Process.Output + refused, StringComparison.Ordinal);
    }

    private static string Address(RedisServer redis) => $"{redis.Endpoint},password={RedisPassword}";

    private static async Task MigrateAsync(PostgresServer postgres)
    {
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString());
        await using var create = database.CreateCommand("CREATE TABLE results (job text PRIMARY KEY, length integer NOT NULL)");
        await create.ExecuteNonQueryAsync();
    }

    private static async Task DoesAJobAsync(PostgresServer postgres, RedisServer redis)
    {
        await using var client = await ConnectionMultiplexer.ConnectAsync(Address(redis));
        await client.GetDatabase().ListLeftPushAsync("jobs", "how long is this?");
        await using var database = NpgsqlDataSource.Create(postgres.ConnectionString());
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            await using var read = database.CreateCommand("SELECT length FROM results WHERE job = 'how long is this?'");
            if (await read.ExecuteScalarAsync(patience.Token) is int length)
            {
                Assert.Equal(17, length);
                break;
            }
            await Task.Delay(20, patience.Token);
        }
        while (await client.GetDatabase().ListLengthAsync("jobs:taken") > 0) await Task.Delay(20, patience.Token);
    }

    private static int Line(string output, string text)
    {
        var at = output.IndexOf(text, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{text}' is missing in:\n{output}");
        return at;
    }
}
