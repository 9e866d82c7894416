using System.Text.Json;
using System.Text.Json.Nodes;
using Gatehouse.EndToEnd.Harness;

namespace Gatehouse.EndToEnd.Runs;

/// <summary>
/// <c>kill -9</c> in the middle, and the next process on the same data directory: runs go on from their last checkpoint, clients
/// resume, and every run has one end. The host's agent does what the message says; its tools note that they were called.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private ServerProcess? _server;

    private ServerProcess Server => _server!;

    private string[] Calls => File.Exists(CallsFile) ? File.ReadAllLines(CallsFile) : [];

    private string CallsFile => Path.Combine(Server.DataDirectory, "calls");

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(ServerSetup.Host("--Runs:BudgetSeconds=60"));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
    }

    [Fact(Timeout = 120_000)]
    public async Task In_the_middle_of_a_streaming_answer_the_run_goes_on_and_ends_once()
    {
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, runId) = await client.BeginAsync("count:400");
        var queued = await client.RunAsync(record.ThreadId, "look", record.See);
        while (!record.Events.Any(each => each.Contains("50 "))) record.See(await client.NextAsync());
        await CrashAsync();

        await using var after = await WireClient.ConnectAsync(Server.Port);
        var (ends, cursor) = await ResumeAsync(after, record, 2);
        Assert.Equal([runId, queued.Text("runId")], ends);
        var snapshot = await UntilSettledAsync(after, record.ThreadId, cursor);
        var texts = snapshot.Messages.Where(message => message.Text("role") == "assistant").Select(message => message.TextOrNull("content")).ToList();
        Assert.Equal(string.Concat(Enumerable.Range(1, 400).Select(number => $"{number} ")), texts[0]);
        Assert.Equal(2, snapshot.Messages.Count(message => message.Text("role") == "user"));
        Assert.Equal(2, texts.Count(text => text == "Done."));
        Assert.Equal(["look", "look"], Calls);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_tool_call_that_had_finished_is_not_made_again()
    {
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, runId) = await client.BeginAsync("book count:2000");
        while (!record.Events.Any(each => each.Contains("20 "))) record.See(await client.NextAsync());
        Assert.Equal(["book"], Calls);
        await CrashAsync();
        await using var after = await WireClient.ConnectAsync(Server.Port);
        var (ends, _) = await ResumeAsync(after, record, 1);
        Assert.Equal([runId], ends);
        Assert.Equal(["book", "look"], Calls);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_unfinished_call_of_an_idempotent_tool_is_made_again()
    {
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, runId) = await client.BeginAsync("look!");
        await UntilCalledAsync(client, record, 1);
        await CrashAsync();
        await File.WriteAllTextAsync(Path.Combine(Server.DataDirectory, "go"), "");
        await using var after = await WireClient.ConnectAsync(Server.Port);
        var (ends, _) = await ResumeAsync(after, record, 1);
        Assert.Equal([runId], ends);
        Assert.Equal(["look", "look"], Calls);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unfinished_call_of_another_tool_asks_the_user(bool approved)
    {
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, runId) = await client.BeginAsync("book!");
        await UntilCalledAsync(client, record, 1);
        await CrashAsync();
        await File.WriteAllTextAsync(Path.Combine(Server.DataDirectory, "go"), "");

        await using var after = await WireClient.ConnectAsync(Server.Port);
        var (ends, cursor) = await ResumeAsync(after, record, 1);
        Assert.Equal([runId], ends);
        Assert.Equal(["book"], Calls);      // nobody has decided yet
        var snapshot = await UntilSettledAsync(after, record.ThreadId, cursor);
        var interrupt = Assert.Single(snapshot.Interrupts.EnumerateArray());
        Assert.Equal("tool_call", interrupt.Text("reason"));
        Assert.NotEmpty(interrupt.Text("toolCallId"));

        var (interruptId, payload) = (interrupt.Text("id"), new JsonObject { ["approved"] = approved });
        var rest = new ThreadRecord(record.ThreadId, snapshot.Cursor);
        var accepted = await after.AskAsync("answer", rest.See, ("interruptId", interruptId), ("payload", payload.DeepClone()));
        Assert.True(accepted.Text("type") == "accepted", accepted.GetRawText());
        await rest.UntilEndedAsync(after);
        Assert.Equal("success", RunTests.Outcome(rest.Events[^1]));
        Assert.Equal(approved ? ["book", "book"] : ["book"], Calls);
        RunTests.AssertOneEndEach(rest);

        // The same answer again is the same run; another one is a conflict.
        var again = await after.AskAsync("answer", rest.See, ("interruptId", interruptId), ("payload", payload.DeepClone()));
        Assert.Equal(accepted.Text("runId"), again.TextOrNull("runId"));
        var other = await after.AskAsync("answer", rest.See, ("interruptId", interruptId), ("payload", new JsonObject { ["approved"] = !approved }));
        Assert.Equal("conflict", other.TextOrNull("code"));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_run_crashed_at_many_moments_still_ends_once()
    {
        await using var client = await WireClient.ConnectAsync(Server.Port);
        var (record, runId) = await client.BeginAsync("look count:100 look count:100 book");
        var seen = 0;
        for (var crash = 0; crash < 3; crash++)
        {
            var target = seen + 7;
            await using var reader = await WireClient.ConnectAsync(Server.Port);
            await reader.CommandAsync("subscribe", ("threadId", record.ThreadId));
            while (seen < target)
            {
                var message = await reader.NextAsync();
                if (message.Text("type") == "snapshot" && !message.TryGetProperty("run", out _)) break;
                if (message.Text("type") == "events") seen += message.GetProperty("events").GetArrayLength();
            }
            await CrashAsync();
        }
        await using var after = await WireClient.ConnectAsync(Server.Port);
        var (_, cursor) = await ResumeAsync(after, record, 0);
        var snapshot = await UntilSettledAsync(after, record.ThreadId, cursor);
        Assert.Equal("Done.", snapshot.Messages[^1].Text("content"));
        Assert.Equal(1, Calls.Count(call => call == "book"));
        Assert.Equal(4, Calls.Count(call => call == "look"));
        Assert.NotEmpty(runId);
    }

    private async Task CrashAsync()
    {
        await Server.KillAsync();
        await Server.AgainAsync();
    }

    // Follows the thread from the cursor that the client had, through the snapshot, until no run is left.
    private static async Task<(IReadOnlyList<string> Ends, string Cursor)> ResumeAsync(WireClient client, ThreadRecord record, int runs)
    {
        var ends = new List<string>();
        var cursor = record.Cursor;
        var active = record.Events.Select(each => JsonElement.Parse(each)).LastOrDefault(each => each.Text("type") == "RUN_STARTED") is { ValueKind: JsonValueKind.Object } started
            ? started.Text("runId") : null;     // if its cursor is where the store is, it is served no snapshot
        var waiting = 0;
        await client.CommandAsync("subscribe", ("threadId", record.ThreadId), ("cursor", cursor));
        while (true)
        {
            var message = await client.NextAsync();
            switch (message.Text("type"))
            {
                case "snapshot":
                    cursor = message.Text("cursor");
                    active = message.TryGetProperty("run", out var run) ? run.Text("runId") : null;
                    waiting = message.GetProperty("queued").GetArrayLength();
                    break;
                case "events":
                    Assert.Equal(cursor, message.Text("after"));
                    cursor = message.Text("cursor");
                    foreach (var each in message.GetProperty("events").EnumerateArray())
                    {
                        if (each.Text("type") == "RUN_STARTED") active = each.Text("runId");
                        if (each.Text("type") is not ("RUN_FINISHED" or "RUN_ERROR")) continue;
                        Assert.True(each.Text("type") == "RUN_FINISHED", each.GetRawText());
                        ends.Add(active!);
                        active = null;
                    }
                    break;
                default:
                    continue;
            }
            if (active is null && (ends.Count >= runs || runs == 0 && waiting == 0)) return (ends, cursor);
        }
    }

    // The store learns of a run's end after the log.
    private static async Task<Snapshot> UntilSettledAsync(WireClient client, string threadId, string cursor)
    {
        while (true)
        {
            var snapshot = await client.SnapshotAsync(threadId);
            if (snapshot.Cursor == cursor && !snapshot.Last.TryGetProperty("run", out _)) return snapshot;
            await Task.Delay(10);
        }
    }

    private async Task UntilCalledAsync(WireClient client, ThreadRecord record, int calls)
    {
        while (!record.Types.Contains("TOOL_CALL_END")) record.See(await client.NextAsync());
        while (Calls.Length < calls) await Task.Delay(10);
    }
}
