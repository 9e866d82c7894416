using Gatehouse.Testing.Lines;

namespace Gatehouse.EndToEnd.Dependencies;

/// <summary>What can be wrong with Redis while a server starts, and can be mended meanwhile.</summary>
public enum RedisFault
{
    /// <summary>It is started after the server.</summary>
    Late,

    /// <summary>It reads its dump.</summary>
    Loading,

    /// <summary>Connections are reset: there is a line, and nothing at its end.</summary>
    Refusing,

    /// <summary>It is stopped: connections are taken and never answered.</summary>
    Hanging,

    WrongPassword,
    ReadOnlyReplica,
}

/// <summary>
/// A server that finds a real Redis at fault when it starts: never open too early, the fault named, open when it is gone. A Redis that
/// was at fault is watched for ten seconds before it is trusted, so the faults are proved side by side; each test tells of one.
/// </summary>
public sealed class RedisFaultTests(RedisFaultTests.SideBySide all) : IClassFixture<RedisFaultTests.SideBySide>
{
    [Theory(Timeout = 240_000)]
    [InlineData(RedisFault.Late)]
    [InlineData(RedisFault.Loading)]
    [InlineData(RedisFault.Refusing)]
    [InlineData(RedisFault.Hanging)]
    [InlineData(RedisFault.WrongPassword)]
    [InlineData(RedisFault.ReadOnlyReplica)]
    public async Task While_it_is_at_fault_nothing_opens_and_then_all_does(RedisFault fault)
    {
        var after = await all.ProveAsync(fault);
        TestContext.Current.TestOutputHelper?.WriteLine($"{fault}: ready {after.TotalMilliseconds:0} ms after it was mended");
    }

    /// <summary>Proves all faults at once, one of them loudly, when the first test asks.</summary>
    public sealed class SideBySide(SharedDependencies shared)
    {
        private readonly SemaphoreSlim _loud = new(1);
        private readonly Lock _gate = new();
        private Dictionary<RedisFault, Task<TimeSpan>>? _proofs;        // guarded by _gate

        public Task<TimeSpan> ProveAsync(RedisFault fault)
        {
            lock (_gate) _proofs ??= Enum.GetValues<RedisFault>().ToDictionary(each => each, each => Task.Run(() => ProveOneAsync(each)));
            return _proofs[fault];
        }

        private async Task<TimeSpan> ProveOneAsync(RedisFault fault)
        {
            await using var faulty = (await (fault switch
            {
                RedisFault.Late => LateAsync(),
                RedisFault.Loading => LoadingAsync(),
                RedisFault.Refusing => RefusingAsync(),
                RedisFault.Hanging => HangingAsync(),
                RedisFault.WrongPassword => WrongPasswordAsync(),
                _ => ReadOnlyReplicaAsync(),
            })) with
            { Root = RootOf(fault) };
            return await faulty.ProveAsync(_loud);
        }

        // What the five whys must end at.
        private static string RootOf(RedisFault fault) => fault switch
        {
            RedisFault.Late => "redis.down",
            RedisFault.Loading => "redis.loading",
            RedisFault.Refusing => "redis.connection_lost",
            RedisFault.Hanging => "redis.paused",
            RedisFault.WrongPassword => "redis.wrong_password",
            _ => "redis.read_only",
        };

        private async Task<Faulty> LateAsync()
        {
            var redis = RedisServer.Stopped("--requirepass", SharedDependencies.RedisPassword);
            return await FaultyAsync(redis, () => redis.StartAgainAsync(), $"{redis.Endpoint}: nothing listens at Redis' address", "is it running, and is the port right?");
        }

        private async Task<Faulty> LoadingAsync()
        {
            var redis = await StartAsync();
            await AskAsync(redis, "DEBUG", "POPULATE", "60000");
            await AskAsync(redis, "SAVE");
            await redis.KillAsync();
            await redis.StartAgainAsync("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024");
            return await FaultyAsync(redis, () => AskAsync(redis, "CONFIG", "SET", "key-load-delay", "0"), "is loading its data", "it will answer when it has");
        }

        private async Task<Faulty> RefusingAsync()
        {
            var redis = await StartAsync();
            var allowance = 0L;
            var line = CuttingProxy.Start(redis.Port, _ => Volatile.Read(ref allowance));
            var faulty = await FaultyAsync(
                redis,
                () =>
                {
                    Volatile.Write(ref allowance, long.MaxValue);
                    return Task.CompletedTask;
                },
                $"127.0.0.1:{line.Port}: ", "closes it without a word", "look at Redis' log, and behind the proxy");
            return faulty with { Redis = Address($"127.0.0.1:{line.Port}"), Own = [line, redis] };
        }

        private async Task<Faulty> HangingAsync()
        {
            var redis = await StartAsync();
            redis.Process.Signal(UnixSignal.Stop);
            return await FaultyAsync(
                redis,
                () =>
                {
                    redis.Process.Signal(UnixSignal.Continue);
                    return Task.CompletedTask;
                },
                "is connected and does not answer", "look at SLOWLOG");
        }

        private async Task<Faulty> WrongPasswordAsync()
        {
            var redis = await RedisServer.StartAsync("--requirepass", "abra-cadabra");
            return await FaultyAsync(
                redis, () => redis.AskAsync("--no-auth-warning", "-a", "abra-cadabra", "CONFIG", "SET", "requirepass", SharedDependencies.RedisPassword),
                "refuses the user name or the password in ConnectionStrings:Redis");
        }

        private async Task<Faulty> ReadOnlyReplicaAsync()
        {
            var redis = await RedisServer.StartAsync(
                "--requirepass", SharedDependencies.RedisPassword, "--masterauth", SharedDependencies.RedisPassword, "--replicaof", $"127.0.0.1 {shared.Redis.Port}");
            return await FaultyAsync(
                redis, () => AskAsync(redis, "REPLICAOF", "NO", "ONE"),
                "is a read-only replica", "give the address of the primary", $"its primary is {shared.Redis.Endpoint}");
        }

        private async Task<Faulty> FaultyAsync(RedisServer redis, Func<Task> mendAsync, params string[] says) =>
            new("redis", says) { Database = await shared.MigratedAsync(), Redis = Address(redis.Endpoint), MendAsync = mendAsync, Own = [redis] };

        private static Task<RedisServer> StartAsync() => RedisServer.StartAsync("--requirepass", SharedDependencies.RedisPassword);

        private static string Address(string endpoint) => $"{endpoint},password={SharedDependencies.RedisPassword}";

        private static async Task AskAsync(RedisServer redis, params string[] command) =>
            Assert.Equal("OK", await redis.AskAsync(["--no-auth-warning", "-a", SharedDependencies.RedisPassword, .. command]));
    }
}
