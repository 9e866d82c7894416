using System.Text;
using Gatehouse.Log;
using Gatehouse.Protocol;

namespace Gatehouse.Tests.Log.Redis;

/// <summary>A stream that went back in time alone, to a state with as many entries as the hash counts: the one loss that counting misses.</summary>
public sealed class RedisLogHalvesTests(SharedRedis redis)
{
    private const string Thread = "thread";
    private const int Window = 6;

    [Fact]
    public async Task Nothing_off_the_chain_is_read_from_it_and_the_next_owner_replaces_it()
    {
        await using var parts = new RedisParts((await redis.ServerAsync()).Endpoint, Window);
        var database = await parts.DatabaseAsync();
        var stream = parts.Names.Log(Thread)[1];
        await parts.Log.BeginAsync(Thread, 1, Position.Start, default);
        var entries = Chain(12);
        for (var i = 0; i < 7; i++) await AppendAsync(entries, i);
        var before = await database.KeyDumpAsync(stream);                   // 1 to 7
        for (var i = 7; i < 11; i++) await AppendAsync(entries, i);         // trimmed to 5 to 10, and one more
        await database.KeyDeleteAsync(stream);
        await database.KeyRestoreAsync(stream, before!);
        Assert.Equal(7, await database.StreamLengthAsync(stream));

        Assert.Equal(2, (await parts.Log.ReadAsync(Thread, entries[4].Position, 100, default)).Entries.Count);  // short, and on the chain
        await AppendAsync(entries, 11);
        Assert.Same(LogSlice.None, await parts.Log.ReadAsync(Thread, entries[6].Position, 100, default));

        Assert.Equal(new(LogVerdict.Done, entries[6].Position), await parts.Log.BeginAsync(Thread, 2, entries[6].Position, default));

        async Task AppendAsync(LogEntry[] all, int index)
        {
            var expected = index == 0 ? Position.Start : all[index - 1].Position;
            Assert.Equal(LogVerdict.Done, (await parts.Log.AppendAsync(Thread, new(1, expected, [all[index]], expected), default)).Verdict);
        }
    }

    private static LogEntry[] Chain(int count)
    {
        var head = Position.Start;
        return [.. Enumerable.Range(1, count).Select(i => Encoding.UTF8.GetBytes($"event {i}")).Select(utf8 => new LogEntry(head = head.Next(utf8), utf8))];
    }
}
