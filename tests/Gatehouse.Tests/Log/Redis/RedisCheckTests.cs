using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Gatehouse.Log.Redis;
using Gatehouse.Readiness;
using Gatehouse.Testing.Lines;
using Gatehouse.Testing.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>The check against real servers, whole ones and each with one fault: what it says, and that it never says the password.</summary>
[Collection(nameof(Alone))]
public sealed class RedisCheckTests(SharedRedis redis)
{
    private const string Password = "sim-sala-bim";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_Redis_that_does_all_that_is_asked_is_healthy_and_tells_how_long_it_has_been_up()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", Password);
        await using var parts = new RedisParts($"{server.Endpoint},password={Password}");

        var result = await CheckAsync(parts);

        Assert.Equal((CheckStatus.Healthy, null), (result.Status, result.Reason));
        Assert.InRange(result.PeerUptime!.Value, TimeSpan.Zero, Patience);
    }

    [Fact]
    public async Task A_cluster_is_healthy_when_every_node_is_and_names_the_one_that_is_not()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var parts = new RedisParts(cluster.Endpoints);
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(parts)).Status);
        foreach (var server in cluster.Servers)     // each of them was written to, and has an echo channel
        {
            Assert.Equal("2", await server.AskAsync("DBSIZE"));
            Assert.NotEqual("", await server.AskAsync("PUBSUB", "SHARDCHANNELS"));
        }

        await cluster.Servers[1].KillAsync();

        var result = await UntilAsync(parts, result => result.Status is CheckStatus.Failed);
        Assert.Contains(cluster.Servers[1].Endpoint, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_that_serves_with_slots_missing_is_not_enough()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var parts = new RedisParts(cluster.Endpoints);
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(parts)).Status);

        foreach (var server in cluster.Servers) Assert.Equal("OK", await server.AskAsync("CONFIG", "SET", "cluster-require-full-coverage", "no"));
        foreach (var server in cluster.Servers.Reverse()) await server.AskAsync("CLUSTER", "DELSLOTS", "16383");     // from whom it is first

        var result = await UntilAsync(parts, result => result.Status is CheckStatus.Failed);
        Assert.Equal("CLUSTERDOWN", result.Signature);
        Assert.Contains("1 slots are without a node", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_writes_is_gone_a_minute_later_and_grows_no_more_however_often_it_runs()
    {
        await using var parts = new RedisParts((await redis.ServerAsync()).Endpoint);
        for (var i = 0; i < 5; i++) Assert.Equal(CheckStatus.Healthy, (await CheckAsync(parts)).Status);

        var database = await parts.DatabaseAsync();
        var keys = parts.Names.Log(RedisNames.Probe(parts.Instance, 0));
        foreach (var key in keys) Assert.InRange((await database.KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.InRange(await database.StreamLengthAsync(keys[1]), 1, 2);
        Assert.Equal(2, database.Multiplexer.GetServers()[0].Keys(pattern: $"*{parts.Instance.Id}*").Count());
    }

    // ── who does not answer ──────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task Nobody_listens()
    {
        await using var server = RedisServer.Stopped();
        await FailsAsync(server.Endpoint, "ConnectionRefused", $"{server.Endpoint}: nothing listens at Redis' address");
        await server.StartAgainAsync();
    }

    [Fact]
    public Task The_name_is_unknown() => FailsAsync("redis.invalid:6379", "HostNotFound", "redis.invalid:6379: Redis' host name is not known to DNS");

    [Fact]
    public async Task Something_else_listens()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var web = builder.Build();
        await web.StartAsync();
        await FailsAsync(new Uri(web.Urls.Single()).Authority, "not redis", "is not a Redis");
    }

    [Fact]
    public async Task A_line_leads_to_it_and_ends_before_it()
    {
        await using var line = CuttingProxy.Start((await redis.ServerAsync()).Port, static _ => 0);
        await FailsAsync($"127.0.0.1:{line.Port}", "closed", "closes it without a word");
        await FailsAsync($"rediss://127.0.0.1:{line.Port}", "tls", "before a certificate is shown");
    }

    [Fact]
    public async Task It_is_paused_before_or_after_it_was_connected()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connected = new RedisParts(server.Endpoint);
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(connected)).Status);

        server.Process.Signal(UnixSignal.Stop);

        await FailsAsync(server.Endpoint, "timeout", "is connected and does not answer");
        var result = await CheckAsync(connected);
        Assert.Equal((CheckStatus.Failed, "timeout"), (result.Status, result.Signature));
        server.Process.Signal(UnixSignal.Continue);
        await UntilAsync(connected, result => result.Status is CheckStatus.Healthy);
    }

    [Fact]
    public async Task It_takes_no_more_clients()
    {
        await using var server = await RedisServer.StartAsync("--maxclients", "1");
        using var patience = new CancellationTokenSource(Patience);
        using var one = new TcpClient("127.0.0.1", server.Port);
        while (!(await server.AskAsync("PING")).Contains("max number of clients", StringComparison.Ordinal))
        {
            one.Client.Dispose();       // it came before whoever was there first had gone
            one.Client = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await one.ConnectAsync(IPAddress.Loopback, server.Port, patience.Token);
        }
        await FailsAsync(server.Endpoint, "maxclients", "raise maxclients");
    }

    // ── who may not ──────────────────────────────────────────────────────────────────────────────────────────────────

    [Theory]
    [InlineData("", "NOAUTH", "asks for a password")]
    [InlineData(",password=abra-cadabra", "WRONGPASS", "refuses the user name or the password")]
    [InlineData(",user=nobody,password=abra-cadabra", "WRONGPASS", "refuses the user name or the password")]
    public async Task The_password_is_missing_or_wrong(string options, string signature, string says)
    {
        await using var server = await RedisServer.StartAsync("--requirepass", Password);
        await FailsAsync(server.Endpoint + options, signature, says);
    }

    [Fact]
    public async Task A_password_where_none_is_set_does_no_harm_and_hides_no_other_fault()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "1");
        await FailsAsync($"{server.Endpoint},password=abra-cadabra", "OOM", "out of memory");
    }

    [Theory]
    [InlineData("-evalsha", "'evalsha'", "NOPERM")]
    [InlineData("-xadd", "The user executing the script can't run this command", "NOPERM")]
    [InlineData("-spublish", "The user executing the script can't run this command", "NOPERM")]
    [InlineData("-ssubscribe", "'ssubscribe'", "NOPERM")]
    [InlineData("-info", "'info'", "NOPERM")]
    [InlineData("resetchannels", "The user executing the script can't publish to the channel", "NOPERM")]
    [InlineData("resetkeys", "keys", "NOPERM")]
    public async Task The_user_lacks_a_permission_and_what_is_advised_is_enough(string lacks, string says, string signature)
    {
        await using var server = await RedisServer.StartAsync();
        var advised = RedisFault.Permissions.Split(' ')[3..];
        Assert.Equal("OK", await server.AskAsync(["ACL", "SETUSER", "gate", "on", $">{Password}", .. advised, lacks]));
        var address = $"{server.Endpoint},user=gate,password={Password}";
        await FailsAsync(address, signature, says);

        Assert.Equal("OK", await server.AskAsync(["ACL", "SETUSER", "gate", .. advised]));

        await using var parts = new RedisParts(address, prefix: RedisNames.DefaultPrefix);
        Assert.Equal((CheckStatus.Healthy, null), await CheckAsync(parts) is var result ? (result.Status, result.Reason) : default);
    }

    [Fact]
    public async Task The_user_may_not_listen_to_what_the_instances_tell_one_another()
    {
        await using var server = await RedisServer.StartAsync();
        var advised = RedisFault.Permissions.Split(' ')[3..];
        Assert.Equal("OK", await server.AskAsync(["ACL", "SETUSER", "gate", "on", $">{Password}", .. advised, "resetchannels", $"&{RedisNames.DefaultPrefix}{{*"]));
        await using var parts = new RedisParts($"{server.Endpoint},user=gate,password={Password}", prefix: RedisNames.DefaultPrefix);
        using var listening = parts.Subscriptions.Subscribe(parts.Names.Signals, _ => { }, () => { });

        var result = await UntilAsync(parts, result => result.Status is CheckStatus.Failed);
        Assert.Equal("NOPERM", result.Signature);
        Assert.Contains("is not heard here", result.Reason, StringComparison.Ordinal);
        Assert.Equal(0, parts.Connection.Breaks);

        Assert.Equal("OK", await server.AskAsync("ACL", "SETUSER", "gate", $"&{RedisNames.DefaultPrefix}*"));
        await UntilAsync(parts, result => result.Status is CheckStatus.Healthy);
    }

    [Fact]
    public async Task The_default_user_is_open_and_whoever_is_refused_does_not_carry_on_as_that_one()
    {
        await using var server = await RedisServer.StartAsync();
        var address = $"{server.Endpoint},user=gate,password={Password}";
        await FailsAsync(address, "WRONGPASS", "refuses the user name or the password");
        await using var parts = new RedisParts(address);
        await UntilAsync(parts, result => result.Signature == "WRONGPASS");

        Assert.Equal("OK", await server.AskAsync("ACL", "SETUSER", "gate", "on", $">{Password}", "~*", "&*", "+@all"));
        await UntilAsync(parts, result => result.Status is CheckStatus.Healthy);

        // Nobody but who asks is the default user any more, for subscriptions neither.
        using var patience = new CancellationTokenSource(Patience);
        while (Regex.Count(await server.AskAsync("CLIENT", "LIST"), "user=default") > 1) await Task.Delay(20, patience.Token);
    }

    // ── who cannot ───────────────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task It_is_a_replica_whose_primary_is_named()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var server = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port}");
        await FailsAsync(server.Endpoint, "READONLY", $"its primary is {primary.Endpoint}");
    }

    [Fact]
    public async Task It_became_a_replica_and_its_address_leads_to_the_new_primary()
    {
        await using var old = await RedisServer.StartAsync();
        await using var promoted = await RedisServer.StartAsync();
        await using var line = SilentProxy.Start(old.Port);
        await using var parts = new RedisParts($"127.0.0.1:{line.Port}");
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(parts)).Status);

        line.Target = promoted.Port;
        Assert.Equal("OK", await old.AskAsync("REPLICAOF", "127.0.0.1", $"{promoted.Port}"));

        await UntilAsync(parts, result => result.Status is CheckStatus.Healthy && promoted.Process.Id > 0 && result.PeerUptime is not null);
        Assert.NotEqual("0", await promoted.AskAsync("DBSIZE"));
    }

    [Fact]
    public async Task It_is_loading_its_data()
    {
        await using var server = await RedisServer.StartAsync();
        Assert.Equal("OK", await server.AskAsync("DEBUG", "POPULATE", "20000"));
        Assert.Equal("OK", await server.AskAsync("SAVE"));
        await server.KillAsync();
        await server.StartAgainAsync("--key-load-delay", "1000", "--loading-process-events-interval-bytes", "1024");
        await FailsAsync(server.Endpoint, "LOADING", "is loading its data");
    }

    [Fact]
    public async Task It_cannot_save_and_refuses_writes()
    {
        await using var server = await RedisServer.StartAsync("--save", "3600 1");
        await server.AskAsync("SET", "something", "to save");
        Directory.Delete(server.Directory, recursive: true);
        try
        {
            await server.AskAsync("BGSAVE");
            using var patience = new CancellationTokenSource(Patience);
            while (!(await server.AskAsync("INFO", "persistence")).Contains("rdb_last_bgsave_status:err", StringComparison.Ordinal)) await Task.Delay(20, patience.Token);
            await FailsAsync(server.Endpoint, "MISCONF", "cannot save its data");
        }
        finally
        {
            Directory.CreateDirectory(server.Directory);
        }
    }

    [Fact]
    public async Task It_has_no_database_of_this_number()
    {
        await using var server = await RedisServer.StartAsync("--databases", "5");
        await FailsAsync($"{server.Endpoint},defaultDatabase=7", "unknown database", "Redis has no database 7; it has 5: choose one below 5");
        await using var last = new RedisParts($"{server.Endpoint},defaultDatabase=4");
        Assert.Equal(CheckStatus.Healthy, (await CheckAsync(last)).Status);
    }

    [Fact]
    public async Task A_command_that_is_called_by_scripts_alone_was_renamed_or_is_not_there_yet()
    {
        await using var server = await RedisServer.StartAsync("--rename-command", "SPUBLISH", "");
        await FailsAsync(server.Endpoint, "unknown command", "it must be version 7.0 or later, with no command renamed");
    }

    [Fact]
    public async Task It_is_out_of_memory()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "1");
        await FailsAsync(server.Endpoint, "OOM", "out of memory");
    }

    [Fact]
    public async Task Its_cluster_is_down()
    {
        await using var server = await RedisServer.StartAsync("--cluster-enabled", "yes", "--cluster-port", $"{FreePort.Next()}");
        await FailsAsync(server.Endpoint, "CLUSTERDOWN", "slots are without a node");
    }

    [Fact]
    public async Task It_may_drop_logs_which_is_not_as_it_should_be_and_works()
    {
        await using var server = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", "volatile-lru");
        await using var parts = new RedisParts(server.Endpoint);

        var result = await CheckAsync(parts);

        Assert.Equal((CheckStatus.Degraded, "maxmemory-policy"), (result.Status, result.Signature));
        Assert.Contains("volatile-lru", result.Reason, StringComparison.Ordinal);
    }

    // ── TLS ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    [Fact]
    public async Task One_side_speaks_TLS_and_the_other_does_not_or_does_not_trust_it()
    {
        var files = TlsFiles.Create(Directory.CreateTempSubdirectory("gatehouse-tls-").FullName);
        var port = FreePort.Next();
        await using var server = await RedisServer.StartAsync(
            "--tls-port", $"{port}", "--tls-cert-file", files.Certificate, "--tls-key-file", files.Key, "--tls-auth-clients", "no", "--requirepass", Password);

        await FailsAsync($"redis://:{Password}@127.0.0.1:{port}", "tls required", "takes only TLS");
        await FailsAsync($"rediss://:{Password}@{server.Endpoint}", "tls not spoken", "does not speak TLS");
        await FailsAsync($"rediss://:{Password}@127.0.0.1:{port}", "certificate", "comes from nobody that is trusted here");
        await FailsAsync($"127.0.0.1:{port},ssl=true,sslHost=redis.example,password={Password}", "certificate", "is not for redis.example");
        Directory.Delete(Path.GetDirectoryName(files.Key)!, recursive: true);
    }

    private static async Task<CheckResult> CheckAsync(RedisParts parts)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await parts.Check.CheckAsync(patience.Token);
    }

    private static async Task<CheckResult> UntilAsync(RedisParts parts, Func<CheckResult, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var result = await parts.Check.CheckAsync(CancellationToken.None).WaitAsync(Patience);
            if (condition(result)) return result;
            Assert.False(patience.IsCancellationRequested, $"{result.Status} {result.Signature}: {result.Reason}");
            await Task.Delay(50);
        }
    }

    private static async Task FailsAsync(string address, string signature, string says)
    {
        await using var parts = new RedisParts(address, prefix: RedisNames.DefaultPrefix);
        var result = await UntilAsync(parts, result => result.Reason?.Contains(says, StringComparison.Ordinal) ?? result.Status is CheckStatus.Healthy);
        Assert.Equal(CheckStatus.Failed, result.Status);
        Assert.Equal(signature, result.Signature);
        Assert.DoesNotContain(Password, result.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("abra-cadabra", result.Reason, StringComparison.Ordinal);
    }
}
