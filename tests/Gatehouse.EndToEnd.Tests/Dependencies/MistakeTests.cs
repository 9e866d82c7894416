using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>
/// Configuration that leads nowhere. What can be read from it alone ends the process with one line; all else is told by the node that
/// fails, with the remedy, while the process stays. Each server has a mistake in both addresses. No password is ever shown.
/// </summary>
public sealed class MistakeTests(SharedDependencies shared, MistakeTests.Encrypted encrypted) : IClassFixture<MistakeTests.Encrypted>
{
    private const string Word = "hocus-pocus";      // a password that is right nowhere
    private const string Everything = "--Logging:LogLevel:Default=Trace";

    private static readonly string[] Secrets = [Word, PostgresServer.Password, SharedDependencies.RedisPassword];

    [Fact(Timeout = 180_000)]
    public Task Hosts_that_nobody_knows() => AreNamedAsync(
        "dns", $"postgres://gatehouse:{Word}@no-such-host.invalid/gatehouse", "The name no-such-host.invalid cannot be resolved. Correct the host in ConnectionStrings:Database",
        "dns", $"redis://:{Word}@no-such-host.invalid", "no-such-host.invalid:6379: Redis' host name is not known to DNS: is it spelt right");

    [Fact(Timeout = 180_000)]
    public async Task A_database_that_is_not_there_and_a_password_that_is_not_given() => await AreNamedAsync(
        "unknown_database", await PostgresAsync("nowhere"), "has no database nowhere. Create it, or correct ConnectionStrings:Database",
        "wrong_password", shared.Redis.Endpoint, "Redis asks for a password and was given none; add password=… to ConnectionStrings:Redis");

    [Fact(Timeout = 180_000)]
    public async Task A_user_that_is_not_there_and_a_password_that_is_wrong() => await AreNamedAsync(
        "wrong_password", $"Host=127.0.0.1;Port={(await shared.PostgresAsync()).Port};Username=nobody;Password={Word};Database=postgres",
        "refuses the password of the user nobody, or does not know the user. Put the right ones into ConnectionStrings:Database",
        "wrong_password", $"{shared.Redis.Endpoint},password={Word}", "Redis refuses the user name or the password in ConnectionStrings:Redis");

    [Fact(Timeout = 180_000)]
    public async Task A_database_that_is_not_there_on_either_side() => await AreNamedAsync(
        "unknown_database", await PostgresAsync("nowhere"), "has no database nowhere",
        "unknown_database", $"redis://:{SharedDependencies.RedisPassword}@{shared.Redis.Endpoint}/99", "Redis has no database 99; it has 16: choose one below 16");

    [Fact(Timeout = 180_000)]
    public async Task A_user_that_may_write_to_Redis_and_not_listen()
    {
        await using var redis = await RedisServer.StartAsync();
        await redis.AskAsync("ACL", "SETUSER", "gate", "on", $">{SharedDependencies.RedisPassword}", "~*", "&*", "+@all", "-ssubscribe");

        await AreNamedAsync(
            "unknown_database", await PostgresAsync("nowhere"), "has no database nowhere",
            "no_permission", $"redis://gate:{SharedDependencies.RedisPassword}@{redis.Endpoint}", "is not heard here: the Redis user lacks a permission");
    }

    [Fact(Timeout = 180_000)]
    public Task No_TLS_where_it_is_demanded() => AreNamedAsync(
        "not_admitted", $"{encrypted.Postgres};SSL Mode=Disable", "demands encryption, which SSL Mode=Disable forbids",
        "tls", $"redis://:{SharedDependencies.RedisPassword}@{encrypted.Redis}", $"{encrypted.Redis}: Redis takes only TLS on this port; write rediss:// or ssl=true");

    [Fact(Timeout = 180_000)]
    public async Task TLS_where_it_is_not_spoken() => await AreNamedAsync(
        "tls", $"{await PostgresAsync("postgres")}?sslmode=require", "Turn ssl on in the server, or correct SSL Mode in ConnectionStrings:Database",
        "tls", $"rediss://:{SharedDependencies.RedisPassword}@{shared.Redis.Endpoint}", "Redis does not speak TLS on this port; write redis:// or ssl=false");

    [Fact(Timeout = 180_000)]
    public Task Certificates_that_nobody_vouches_for() => AreNamedAsync(
        "tls", $"{encrypted.Postgres};SSL Mode=VerifyFull", "Correct the server's certificate, or Root Certificate in ConnectionStrings:Database",
        "tls", $"rediss://:{SharedDependencies.RedisPassword}@{encrypted.Redis}", "comes from nobody that is trusted here; add its authority's to SSL_CERT_FILE");

    [Fact(Timeout = 180_000)]
    public async Task Ports_that_are_mixed_up() => await AreNamedAsync(
        "unanswering", $"postgres://gatehouse:{PostgresServer.Password}@{shared.Redis.Endpoint}/gatehouse?connect_timeout=1", "does not answer in time (1 s to connect",
        "connection_lost", $"redis://:{SharedDependencies.RedisPassword}@127.0.0.1:{(await shared.PostgresAsync()).Port}", "closes it without a word");

    [Theory]
    [InlineData("mysql://gatehouse:hocus-pocus@db/gatehouse", "redis://:hocus-pocus@cache", "ConnectionStrings:Database has a scheme other than postgres:// or postgresql://")]
    [InlineData("Host=db;Password=hocus;pocus;Database=gatehouse", "redis://:hocus-pocus@cache", "ConnectionStrings:Database has a setting that Npgsql does not know, behind the password")]
    [InlineData("postgres://gatehouse:hocus-pocus@db:port/gatehouse", "redis://:hocus-pocus@cache", "ConnectionStrings:Database has a port that is not a number")]
    [InlineData("postgres://gatehouse:hocus-pocus@db/gatehouse", "http://:hocus-pocus@cache", "ConnectionStrings:Redis is a URL of another scheme than redis and rediss")]
    [InlineData("postgres://gatehouse:hocus-pocus@db/gatehouse", "cache,password=hocus,pocus", "ConnectionStrings:Redis has something behind the password that is no option")]
    [InlineData("postgres://gatehouse:hocus-pocus@db/gatehouse", "cache:port,password=hocus-pocus", "ConnectionStrings:Redis names a server that cannot be")]
    public async Task An_address_that_cannot_be_read_is_one_line(string database, string redis, string says)
    {
        await using var server = Launch(database, redis);

        Assert.Equal(78, await server.ExitAsync());

        var line = Assert.Single(server.Lines);
        Assert.StartsWith($"gatehouse-server: {says}", line);
        Assert.DoesNotContain("pocus", line, StringComparison.OrdinalIgnoreCase);
    }

    // Named by the nodes, and both found by the five whys: two faults at once.
    private static async Task AreNamedAsync(string databaseRoot, string database, string ofDatabase, string redisRoot, string redis, string ofRedis)
    {
        await using var server = Launch(database, redis);
        using var probes = new ProbeClient(server.Port);

        await probes.UntilAsync("/startup", report => report.Status == 503
            && report.ReasonOf("database")?.Contains(ofDatabase) == true && report.ReasonOf("redis")?.Contains(ofRedis) == true);

        Assert.Equal(503, (await probes.AskAsync("/ready")).Status);
        Assert.Equal(200, (await probes.AskAsync("/health")).Status);
        await Explained.ByAsync(server, $"database.{databaseRoot}@database", $"redis.{redisRoot}@redis");
        await server.HidesAsync(Secrets);
    }

    private static ServerProcess Launch(string database, string redis) => ServerProcess.Launch(new(Everything)
    {
        Environment = new Dictionary<string, string?> { ["ConnectionStrings__Database"] = database, ["ConnectionStrings__Redis"] = redis },
    });

    private async Task<string> PostgresAsync(string database) =>
        $"postgres://{PostgresServer.User}:{PostgresServer.Password}@127.0.0.1:{(await shared.PostgresAsync()).Port}/{database}";

    /// <summary>A PostgreSQL and a Redis that speak TLS and nothing else, with a certificate that nobody trusts.</summary>
    public sealed class Encrypted : IAsyncLifetime
    {
        private readonly int _redisPort = FreePort.Next();
        private PostgresServer? _postgres;
        private RedisServer? _redis;

        /// <summary>How to connect to PostgreSQL.</summary>
        public string Postgres => _postgres!.ConnectionString();

        /// <summary>Where Redis is.</summary>
        public string Redis => $"127.0.0.1:{_redisPort}";

        public async ValueTask InitializeAsync()
        {
            _postgres = await PostgresServer.CreateAsync("fsync=off", "ssl=on");
            var files = TlsFiles.Create(_postgres.Data);
            _redis = await RedisServer.StartAsync(
                "--tls-port", $"{_redisPort}", "--tls-cert-file", files.Certificate, "--tls-key-file", files.Key, "--tls-auth-clients", "no",
                "--requirepass", SharedDependencies.RedisPassword);
            await File.WriteAllTextAsync(Path.Combine(_postgres.Data, "pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n");
            await PostgresServer.GiveToServerAsync(files.Certificate);
            await PostgresServer.GiveToServerAsync(files.Key);
            await _postgres.StartAgainAsync();
        }

        public async ValueTask DisposeAsync()
        {
            if (_redis is not null) await _redis.DisposeAsync();
            if (_postgres is not null) await _postgres.DisposeAsync();
        }
    }
}
