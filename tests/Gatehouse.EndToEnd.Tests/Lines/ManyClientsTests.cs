using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Lines;

/// <summary>
/// 200 clients at once, connections that end at random, messages sent all the time. Afterwards every client has every event of
/// its thread once and in order: as a fresh reader has them, and as the store tells them.
/// </summary>
public sealed class ManyClientsTests
{
    private const int Threads = 20;
    private const int ReadersPerThread = 10;

    private readonly int _seed = Environment.GetEnvironmentVariable("GATEHOUSE_SEED") is { Length: > 0 } seed ? int.Parse(seed) : Random.Shared.Next();
    private readonly TimeSpan _time = TimeSpan.FromSeconds(Environment.GetEnvironmentVariable("GATEHOUSE_LONG") == "1" ? 60 : 10);
    private readonly Stopwatch _watch = new();
    private int _cuts;

    [Fact(Timeout = 180_000)]
    public async Task No_event_is_lost_doubled_or_out_of_order()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {_seed}");
        await using var server = await ServerProcess.StartAsync("--Ops:TokensPerSecond=200", "--Log:Window=20000");
        var threads = new Thread[Threads];
        await using (var starter = await WireClient.ConnectAsync(server.Port))
            for (var at = 0; at < Threads; at++)
            {
                var (record, _) = await starter.BeginAsync("hello");
                threads[at] = new(record.ThreadId, record.Start);
            }
        _watch.Start();
        var records = await Task.WhenAll(Enumerable.Range(0, Threads * ReadersPerThread)
            .Select(number => Task.Run(() => LiveAsync(server.Port, threads[number % Threads], number))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{_cuts} connections ended early; {records.Sum(record => record.Events.Count)} events received");
        Assert.True(_cuts > 200, $"{_cuts} connections ended early");

        foreach (var thread in threads)
        {
            var own = records.Where(record => record.ThreadId == thread.Id).ToList();
            var fresh = await CheckReadersAsync(server.Port, own);
            await CheckStoreAsync(server.Port, fresh);
        }
    }

    private sealed class Thread(string id, string start)
    {
        private int _runs = 1;

        public string Id => id;

        public string Start => start;

        /// <summary>Runs that have been accepted.</summary>
        public int Runs => Volatile.Read(ref _runs);

        public void Accepted() => Interlocked.Increment(ref _runs);
    }

    // Connects, reads, sometimes asks, is cut; again and again. When the time is over it reads to the end of every accepted run.
    private async Task<ThreadRecord> LiveAsync(int port, Thread thread, int number)
    {
        var random = new Random(_seed + number);
        var record = new ThreadRecord(thread.Id, thread.Start);
        (string MessageId, string Text)? pending = null;
        while (_watch.Elapsed < _time || pending is not null || record.Ended < thread.Runs)
        {
            var last = _watch.Elapsed >= _time;
            if (!last && pending is null && number / Threads == 0 && random.Next(3) == 0)
                pending = (Conversation.NewId(), random.Next(2) == 0 ? "how many connections?" : "tell me everything");
            using var cut = new CancellationTokenSource(last ? TimeSpan.FromSeconds(5) : TimeSpan.FromMilliseconds(random.Next(1, 1500)));
            try
            {
                await using var client = await WireClient.ConnectAsync(port);
                await client.CommandAsync("subscribe", ("threadId", thread.Id), ("cursor", record.Cursor));
                if (pending is { } message)
                    await client.CommandAsync("run", ("threadId", thread.Id), ("messageId", message.MessageId), ("text", message.Text));
                while (!last || pending is not null || record.Ended < thread.Runs)
                {
                    var received = await client.NextAsync(cut.Token);
                    record.See(received);
                    if (received.Text("type") == "error") Assert.Equal("queue_full", received.Text("code"));
                    if (received.Text("type") == "accepted") thread.Accepted();
                    if (received.Text("type") is "accepted" or "error") pending = null;
                }
            }
            catch (Exception end) when (end is OperationCanceledException or WireClosedException)
            {
                Interlocked.Increment(ref _cuts);
            }
        }
        return record;
    }

    private async Task<ThreadRecord> CheckReadersAsync(int port, IReadOnlyList<ThreadRecord> readers)
    {
        var longest = readers.MaxBy(reader => reader.Events.Count)!;
        var fresh = await Conversation.ReadAgainAsync(port, longest);
        foreach (var reader in readers)
        {
            Assert.True(reader.Events.SequenceEqual(fresh.Events), $"seed {_seed}: {reader.Events.Count} events, not {fresh.Events.Count}");
            Assert.Equal((fresh.Cursor, 0, 0), (reader.Cursor, reader.Gaps, reader.Snapshots));
            // Every cursor that any of them ever had stands for the same number of events.
            foreach (var (cursor, count) in reader.Chain)
                foreach (var other in readers)
                    Assert.True(!other.Chain.TryGetValue(cursor, out var same) || same == count, $"seed {_seed}: {cursor}");
        }
        Runs.RunTests.AssertOneEndEach(fresh);
        return fresh;
    }

    private async Task CheckStoreAsync(int port, ThreadRecord fresh)
    {
        await using var client = await WireClient.ConnectAsync(port);
        var snapshot = await client.SnapshotAsync(fresh.ThreadId);
        while (snapshot.Cursor != fresh.Cursor) snapshot = await client.SnapshotAsync(fresh.ThreadId);
        var stored = snapshot.Messages.Select(Line).Order(StringComparer.Ordinal);
        Assert.Equal(Fold(fresh.Events).Order(StringComparer.Ordinal), stored);
    }

    private static string Line(JsonElement message)
    {
        var calls = message.TryGetProperty("toolCalls", out var list)
            ? list.EnumerateArray().Select(call => $"{call.Text("id")}={call.GetProperty("function").Text("name")}{call.GetProperty("function").Text("arguments")}")
            : [];
        return $"{message.Text("id")} {message.TextOrNull("content")} {string.Join(';', calls)}";
    }

    // What the events say, message by message.
    private static IEnumerable<string> Fold(IEnumerable<string> events)
    {
        var texts = new Dictionary<string, StringBuilder>();
        var calls = new Dictionary<string, List<string>>();     // of a message
        var arguments = new Dictionary<string, (string Message, string Name, StringBuilder Text)>();
        foreach (var each in events.Select(each => JsonElement.Parse(each)))
            switch (each.Text("type"))
            {
                case "TEXT_MESSAGE_START": texts.TryAdd(each.Text("messageId"), new()); break;
                case "TEXT_MESSAGE_CONTENT": texts[each.Text("messageId")].Append(each.Text("delta")); break;
                case "TOOL_CALL_START":
                    texts.TryAdd(each.Text("parentMessageId"), new());
                    arguments[each.Text("toolCallId")] = (each.Text("parentMessageId"), each.Text("toolCallName"), new());
                    break;
                case "TOOL_CALL_ARGS": arguments[each.Text("toolCallId")].Text.Append(each.Text("delta")); break;
                case "TOOL_CALL_END":
                    var (message, name, text) = arguments[each.Text("toolCallId")];
                    if (!calls.TryGetValue(message, out var list)) calls[message] = list = [];
                    list.Add($"{each.Text("toolCallId")}={name}{text}");
                    break;
                case "TOOL_CALL_RESULT": texts[each.Text("messageId")] = new(each.Text("content")); break;
            }
        return texts.Select(pair => $"{pair.Key} {pair.Value} {string.Join(';', calls.GetValueOrDefault(pair.Key) ?? [])}");
    }
}
