using System.Text;
using Gatehouse.Log;
using Gatehouse.Protocol;
using StackExchange.Redis;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>Somebody else writes to the keys of a thread. What cannot be used is no log: its owner is told so, and begins anew.</summary>
public sealed class RedisSpoiltLogTests(SharedRedis redis)
{
    private const string Thread = "thread";
    private static readonly LogEntry[] Entries = Chain(3);

    [Theory]
    [InlineData(0, "SET {0} rubbish")]
    [InlineData(0, "RPUSH {0} rubbish")]
    [InlineData(1, "SET {0} rubbish")]
    [InlineData(1, "HSET {0} rubbish 1")]
    public Task A_key_has_another_type(int key, string command) => IsBegunAnewAsync("DEL {0}", command, key);

    [Theory]
    [InlineData("HSET {0} generation x")]
    [InlineData("HSET {0} generation inf")]
    [InlineData("HDEL {0} generation")]
    [InlineData("HDEL {0} head")]
    [InlineData("HSET {0} head rubbish")]
    [InlineData("HDEL {0} base")]
    [InlineData("HSET {0} base 1-")]
    public Task A_field_of_the_hash_is_missing_or_makes_no_sense(string command) => IsBegunAnewAsync(command, command, key: 0);

    private async Task IsBegunAnewAsync(string first, string second, int key)
    {
        await using var parts = new RedisParts((await redis.ServerAsync()).Endpoint);
        await parts.Log.BeginAsync(Thread, 5, Position.Start, default);
        Assert.Equal(LogVerdict.Done, (await AppendAsync(parts, Position.Start, Entries[..2])).Verdict);
        var database = await parts.DatabaseAsync();
        foreach (var command in new[] { first, second }) await SpoilAsync(database, command, parts.Names.Log(Thread)[key]);

        Assert.Same(LogSlice.None, await parts.Log.ReadAsync(Thread, Position.Start, 10, default));
        Assert.Equal(LogVerdict.Diverged, (await AppendAsync(parts, Entries[1].Position, Entries[2..])).Verdict);
        Assert.Equal(new(LogVerdict.Done, Entries[1].Position), await parts.Log.BeginAsync(Thread, 5, Entries[1].Position, default));
        Assert.Equal(LogVerdict.Done, (await AppendAsync(parts, Entries[1].Position, Entries[2..])).Verdict);

        var read = await parts.Log.ReadAsync(Thread, Entries[1].Position, 10, default);
        Assert.Equal((true, Entries[2].Position), (read.Found, Assert.Single(read.Entries).Position));
        Assert.Equal(LogVerdict.Fenced, (await parts.Log.BeginAsync(Thread, 4, Position.Start, default)).Verdict);
    }

    private static Task SpoilAsync(IDatabase database, string command, RedisKey key)
    {
        var words = command.Split(' ');
        return database.ExecuteAsync(words[0], [key, .. words[2..]]);
    }

    private static ValueTask<LogAnswer> AppendAsync(RedisParts parts, Position after, LogEntry[] entries) =>
        parts.Log.AppendAsync(Thread, new(5, after, entries, after), default);

    private static LogEntry[] Chain(int count)
    {
        var head = Position.Start;
        return [.. Enumerable.Range(1, count).Select(i => Encoding.UTF8.GetBytes($"event {i}")).Select(utf8 => new LogEntry(head = head.Next(utf8), utf8))];
    }
}
