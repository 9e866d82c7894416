using System.Globalization;
using System.Text;
using Gatehouse.Log;
using Gatehouse.Log.Redis;
using Gatehouse.Protocol;
using Gatehouse.Testing.Lines;
using Gatehouse.Testing.Servers;
using StackExchange.Redis;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>Following a thread while connections break, servers restart, pause and part, and lines go silent.</summary>
[Collection(nameof(Alone))]
public sealed class RedisFollowTests
{
    private const string Thread = "thread";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly RedisTimings Often = new() { EchoEvery = TimeSpan.FromMilliseconds(100), EchoWithin = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_subscription_that_is_killed_is_opened_anew_and_its_followers_are_told_to_read()
    {
        await using var server = await RedisServer.StartAsync();
        await using var parts = new RedisParts(server.Endpoint);
        var writer = await Writer.BeginAsync(parts);
        var told = new FollowerRecord();
        using var following = parts.Log.Follow(Thread, told.Published, told.Missed);
        await told.WaitUntilMissedAsync();

        for (var kill = 1; kill <= 3; kill++)
        {
            Assert.Equal("1", await server.AskAsync("CLIENT", "KILL", "TYPE", "pubsub"));
            await told.WaitUntilMissedAsync();
            var entry = await writer.AppendAsync();
            Assert.Equal((entry.Position.Seq - 1, 1), (await told.WaitAsync(batches: 1))[^1] is var (after, count) ? (after.Seq, count) : default);
        }
    }

    [Fact]
    public async Task A_feed_has_every_event_once_and_in_order_while_subscriptions_are_killed_all_the_time()
    {
        await using var server = await RedisServer.StartAsync();
        await using var parts = new RedisParts(server.Endpoint, window: 1000);
        await using var beside = new RedisParts(server.Endpoint, window: 1000, beside: parts);
        var writer = await Writer.BeginAsync(beside);
        using var reader = new FeedReader(parts, Thread);

        var expected = new List<LogEntry>();
        for (var i = 0; i < 400; i++)
        {
            if (i % 40 == 20) await server.AskAsync("CLIENT", "KILL", "TYPE", "pubsub");
            expected.Add(await writer.AppendAsync());
        }

        Assert.Equal(expected.Select(entry => entry.Position), await reader.UntilAsync(expected[^1].Position));
    }

    [Fact]
    public async Task Who_follows_before_Redis_is_there_and_across_a_restart_is_told_once_it_is()
    {
        await using var server = RedisServer.Stopped();
        await using var parts = new RedisParts(server.Endpoint);
        var told = new FollowerRecord();
        using var following = parts.Log.Follow(Thread, told.Published, told.Missed);
        await Assert.ThrowsAsync<LogAwayException>(() => Writer.BeginAsync(parts).WaitAsync(Patience));

        for (var starts = 1; starts <= 2; starts++)
        {
            await server.StartAgainAsync();
            await told.WaitUntilMissedAsync();
            var writer = await ConnectedAsync(() => Writer.BeginAsync(parts));
            await writer.AppendAsync();
            await told.WaitAsync(batches: 1);
            await server.KillAsync();
            await Assert.ThrowsAnyAsync<Exception>(() => writer.AppendAsync().WaitAsync(Patience));
        }
    }

    [Fact]
    public async Task A_Redis_that_is_paused_fails_an_append_in_time_and_the_same_append_made_again_happens_once()
    {
        await using var server = await RedisServer.StartAsync();
        await using var parts = new RedisParts(server.Endpoint);
        var writer = await Writer.BeginAsync(parts);
        using var reader = new FeedReader(parts, Thread);
        await reader.UntilAsync((await writer.AppendAsync()).Position);

        server.Process.Signal(UnixSignal.Stop);
        await Assert.ThrowsAsync<LogAwayException>(() => writer.AppendAsync().WaitAsync(Patience));
        server.Process.Signal(UnixSignal.Continue);
        await ConnectedAsync(() => writer.AppendAgainAsync());

        Assert.Equal(writer.All, await reader.UntilAsync((await writer.AppendAsync()).Position));
        Assert.Equal(writer.All, (await parts.Log.ReadAsync(Thread, Position.Start, 10, default)).Entries.Select(entry => entry.Position));
    }

    [Fact]
    public async Task A_connection_for_commands_that_has_gone_silent_fails_every_call_in_time_and_is_replaced()
    {
        await using var server = await RedisServer.StartAsync();
        await using var line = SilentProxy.Start(server.Port);
        await using var parts = new RedisParts($"127.0.0.1:{line.Port},asyncTimeout=500");
        var writer = await Writer.BeginAsync(parts);
        await writer.AppendAsync();

        line.Silence(0);
        var away = await Assert.ThrowsAsync<LogAwayException>(() => writer.AppendAsync().WaitAsync(Patience));
        Assert.IsType<RedisTimeoutException>(away.InnerException);
        await ConnectedAsync(() => writer.AppendAgainAsync());

        Assert.Equal(writer.All, (await parts.Log.ReadAsync(Thread, Position.Start, 10, default)).Entries.Select(entry => entry.Position));
    }

    [Fact]
    public async Task A_subscription_that_has_gone_silent_is_noticed_by_its_echo_and_opened_anew()
    {
        await using var server = await RedisServer.StartAsync();
        await using var line = SilentProxy.Start(server.Port);
        await using var parts = new RedisParts($"127.0.0.1:{line.Port}", timings: Often);
        var writer = await Writer.BeginAsync(parts);                // connection 0; the client opens the next two for the subscriptions
        var told = new FollowerRecord();
        using var following = parts.Log.Follow(Thread, told.Published, told.Missed);
        await told.WaitUntilMissedAsync();
        using var reader = new FeedReader(parts, Thread);
        await reader.UntilAsync((await writer.AppendAsync()).Position);
        Assert.Equal(3, line.Accepted);

        line.Silence(2);
        var unheard = await writer.AppendAsync();

        Assert.Equal(writer.All, await reader.UntilAsync(unheard.Position));
        Assert.Equal(writer.All, await reader.UntilAsync((await writer.AppendAsync()).Position));
        Assert.True(line.Accepted > 3);
    }

    [Fact]
    public async Task A_subscription_to_a_server_that_has_parted_from_the_others_is_noticed_and_opened_anew()
    {
        await using var server = await RedisServer.StartAsync();
        await using var parted = await RedisServer.StartAsync();
        await using var line = SilentProxy.Start(server.Port);
        await using var parts = new RedisParts($"127.0.0.1:{line.Port}", timings: Often);
        var writer = await Writer.BeginAsync(parts);

        line.Target = parted.Port;
        using var reader = new FeedReader(parts, Thread);
        await reader.LoadedAsync();
        // 0 is for commands; the client opens two for the subscriptions, and they lead to the other server as long as they last.
        await UntilAsync(() => Task.FromResult(line.Accepted >= 3));
        line.Target = server.Port;
        var unheard = await writer.AppendAsync();

        Assert.Equal(writer.All, await reader.UntilAsync(unheard.Position));
        Assert.Equal(writer.All, await reader.UntilAsync((await writer.AppendAsync()).Position));
    }

    [Fact]
    public async Task On_a_cluster_a_thread_whose_slot_moves_to_another_node_is_followed_there()
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var parts = new RedisParts(cluster.Endpoints, window: 1000);
        var writer = await Writer.BeginAsync(parts);
        using var reader = new FeedReader(parts, Thread);
        await reader.UntilAsync((await writer.AppendAsync()).Position);

        await MoveAsync(cluster, parts);
        for (var i = 0; i < 20; i++) await ConnectedAsync(() => writer.AppendAgainAsync());

        Assert.Equal(writer.All, await reader.UntilAsync(writer.All[^1]));
    }

    private static async Task MoveAsync(RedisCluster cluster, RedisParts parts)
    {
        var client = await parts.Connection.ClientAsync(default);
        var keys = parts.Names.Log(Thread);
        var slot = client.HashSlot(keys[0]).ToString(CultureInfo.InvariantCulture);
        var from = cluster.Servers.Single(server => client.GetServer(keys[0]).EndPoint.ToString() == server.Endpoint);
        var to = cluster.Servers.First(server => server != from);
        var (fromId, toId) = (await from.AskAsync("CLUSTER", "MYID"), await to.AskAsync("CLUSTER", "MYID"));
        Assert.Equal("OK", await to.AskAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId));
        Assert.Equal("OK", await from.AskAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", toId));
        Assert.Equal("OK", await from.AskAsync(["MIGRATE", "127.0.0.1", to.Port.ToString(CultureInfo.InvariantCulture), "", "0", "5000", "KEYS", .. keys.Select(key => key.ToString())]));
        Assert.Equal("OK", await to.AskAsync("CLUSTER", "SETSLOT", slot, "NODE", toId));
        Assert.Equal("OK", await from.AskAsync("CLUSTER", "SETSLOT", slot, "NODE", toId));
    }

    // A connection comes back in its own time, and until then every call fails at once.
    private static async Task<T> ConnectedAsync<T>(Func<Task<T>> call)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
            try
            {
                return await call();
            }
            catch (Exception exception) when (exception is LogAwayException && !patience.IsCancellationRequested)
            {
                await Task.Delay(20);
            }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(20, patience.Token);
    }

    /// <summary>Owns the thread and appends one event at a time.</summary>
    private sealed class Writer(RedisParts parts)
    {
        private readonly List<Position> _all = [];
        private LogCall.Append? _last;

        public IReadOnlyList<Position> All => _all;

        public static async Task<Writer> BeginAsync(RedisParts parts)
        {
            var answer = await parts.Log.BeginAsync(Thread, 1, Position.Start, default);
            Assert.Equal(new(LogVerdict.Done, Position.Start), answer);
            return new(parts);
        }

        public Task<LogEntry> AppendAsync()
        {
            var before = _all.Count > 0 ? _all[^1] : Position.Start;
            var utf8 = Encoding.UTF8.GetBytes($"event {before.Seq + 1}");
            _last = new(1, before, [new(before.Next(utf8), utf8)], Position.Start);
            _all.Add(_last.Entries[0].Position);
            return AppendAgainAsync();
        }

        public async Task<LogEntry> AppendAgainAsync()
        {
            if (_last is null) return await AppendAsync();
            Assert.Equal(LogVerdict.Done, (await parts.Log.AppendAsync(Thread, _last, default)).Verdict);
            return _last.Entries[0];
        }
    }
}
