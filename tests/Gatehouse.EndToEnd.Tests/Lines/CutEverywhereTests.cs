using System.Text;
using Gatehouse.EndToEnd.Harness;
using Gatehouse.Testing.Lines;

namespace Gatehouse.EndToEnd.Lines;

/// <summary>
/// Wherever the line is cut, a client that comes back with its cursor has every event once: byte for byte what a reader has
/// that was never cut.
/// </summary>
public sealed class CutEverywhereTests : IAsyncLifetime
{
    private const string Question = "tell me everything";
    private const int AtOnce = 25;

    private readonly int _seed = Random.Shared.Next();
    private ServerProcess? _server;
    private int _snapshots;

    private int Port => _server!.Port;

    public async ValueTask InitializeAsync()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {_seed}");
        _server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=1000", "--Log:AppendIntervalMs=20");
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;

    [Fact(Timeout = 180_000)]
    public async Task A_live_answer_cut_at_every_event_boundary_and_at_200_offsets_equals_the_log()
    {
        var (length, boundaries) = await MeasureAsync(client => client.TurnAsync(Question));
        var random = new Random(_seed);
        var cuts = boundaries.Concat(Enumerable.Range(0, 200).Select(_ => (long)random.Next(1, (int)length))).ToList();
        Assert.True(boundaries.Count > 30, $"{boundaries.Count} boundaries");
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (cut, _) =>
        {
            await using var proxy = CuttingProxy.Start(Port, connection => connection == 0 ? cut : long.MaxValue);
            await CompareAsync(await AskUntilAnsweredAsync(proxy.Port), $"cut at {cut} of {length}");
        });
        Assert.True(_snapshots <= cuts.Count / 10, $"{_snapshots} snapshots in {cuts.Count} conversations");
    }

    [Fact(Timeout = 180_000)]
    public async Task A_replay_cut_at_every_event_boundary_and_at_200_offsets_equals_the_log()
    {
        await using var client = await WireClient.ConnectAsync(Port);
        var (asked, _) = await client.BeginAsync(Question);
        var start = asked.Cursor;
        await asked.UntilEndedAsync(client);
        // Who asks may be given a snapshot in place of the first events; what is compared with is the whole log.
        await using var other = await WireClient.ConnectAsync(Port);
        var live = await ReplayAsync(other, asked, start);
        Assert.Equal((0, 0), (live.Gaps, live.Snapshots));
        var (length, boundaries) = await MeasureAsync(reader => ReplayAsync(reader, live, start));
        Assert.True(boundaries.Count >= live.Events.Count, $"{boundaries.Count} boundaries");
        var random = new Random(_seed);
        var cuts = boundaries.Concat(Enumerable.Range(0, 200).Select(_ => (long)random.Next(1, (int)length))).ToList();
        await Parallel.ForEachAsync(cuts, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (cut, _) =>
        {
            await using var proxy = CuttingProxy.Start(Port, connection => connection == 0 ? cut : long.MaxValue);
            var record = new ThreadRecord(live.ThreadId, start);
            while (record.Events.Count < live.Events.Count) await FollowAsync(proxy.Port, record);
            Assert.True(live.Events.SequenceEqual(record.Events), $"cut at {cut} of {length}, seed {_seed}");
            Assert.Equal((0, 0), (record.Gaps, record.Snapshots));
        });
    }

    [Fact(Timeout = 180_000)]
    public async Task A_line_that_is_cut_again_and_again_loses_nothing()
    {
        var seeds = Enumerable.Range(0, 30).Select(each => new Random(_seed + each));
        await Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (random, _) =>
        {
            // A frame has to arrive whole to count, so a line that never carries the largest would never end.
            await using var proxy = CuttingProxy.Start(Port, connection => { lock (random) return random.Next(1, 2000 * (connection + 1)); });
            var record = await AskUntilAnsweredAsync(proxy.Port);
            Assert.True(proxy.Accepted > 2, $"{proxy.Accepted} connections");
            await CompareAsync(record, "cut again and again");
        });
    }

    // What a whole conversation is on the line, and after which of its bytes an event ends.
    private async Task<(long Length, List<long> Boundaries)> MeasureAsync(Func<WireClient, Task<ThreadRecord>> converse)
    {
        using var bytes = new MemoryStream();
        ThreadRecord record;
        await using (var proxy = CuttingProxy.Start(Port, _ => long.MaxValue, (_, chunk) => bytes.Write(chunk.Span)))
        {
            await using var client = await WireClient.ConnectAsync(proxy.Port);
            record = await converse(client);
        }
        var line = bytes.ToArray();
        var boundaries = new List<long>();
        var at = 0;
        foreach (var each in record.Events.Select(Encoding.UTF8.GetBytes))
        {
            at += line.AsSpan(at).IndexOf(each) + each.Length;
            boundaries.Add(at);
        }
        return (line.Length, boundaries);
    }

    // As a client should: what was not answered is sent again, what was is subscribed to at its cursor.
    private static async Task<ThreadRecord> AskUntilAnsweredAsync(int port)
    {
        var (threadId, messageId) = (Conversation.NewId(), Conversation.NewId());
        ThreadRecord? record = null;
        while (record is null)
            try
            {
                await using var client = await WireClient.ConnectAsync(port);
                var accepted = await client.RunAsync(threadId, Question, messageId: messageId);
                record = new(threadId, accepted.Text("cursor"));
                await record.UntilEndedAsync(client);
            }
            catch (WireClosedException)
            {
                // Cut; once more.
            }
        while (record.Ended == 0) await FollowAsync(port, record);
        return record;
    }

    private static async Task FollowAsync(int port, ThreadRecord record)
    {
        try
        {
            await using var client = await WireClient.ConnectAsync(port);
            await client.CommandAsync("subscribe", ("threadId", record.ThreadId), ("cursor", record.Cursor));
            await record.UntilEndedAsync(client);
        }
        catch (WireClosedException)
        {
            // Cut.
        }
    }

    private static async Task<ThreadRecord> ReplayAsync(WireClient client, ThreadRecord live, string start)
    {
        var record = new ThreadRecord(live.ThreadId, start);
        await client.CommandAsync("subscribe", ("threadId", live.ThreadId), ("cursor", start));
        await record.UntilEndedAsync(client);
        return record;
    }

    private async Task CompareAsync(ThreadRecord record, string what)
    {
        var uncut = await Conversation.ReadAgainAsync(Port, record);
        // A server may say a snapshot in place of events, and does if it is asked before the run's owner has begun the log.
        var before = record.Events.Take(record.BeforeSnapshot);
        var after = record.Events.Skip(record.BeforeSnapshot).ToList();
        Assert.True(record.Snapshots > 0 || record.Events.Count == uncut.Events.Count, $"{what}, seed {_seed}: {record.Events.Count} events, not {uncut.Events.Count}");
        Assert.True(uncut.Events.Take(record.BeforeSnapshot).SequenceEqual(before), $"{what}, seed {_seed}: the beginning differs");
        Assert.True(uncut.Events.TakeLast(after.Count).SequenceEqual(after), $"{what}, seed {_seed}: the end differs");
        Assert.Equal((uncut.Cursor, 0), (record.Cursor, record.Gaps));
        Assert.Equal(1, uncut.Types.Count(type => type is "RUN_STARTED"));
        Interlocked.Add(ref _snapshots, record.Snapshots);
    }
}
