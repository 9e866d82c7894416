using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.EndToEnd.Harness;

/// <summary>What tests say often, said once.</summary>
internal static class Conversation
{
    public static string NewId() => Guid.NewGuid().ToString();

    public static string Text(this JsonElement message, string field) => message.GetProperty(field).GetString()!;

    public static string? TextOrNull(this JsonElement message, string field) =>
        message.TryGetProperty(field, out var value) ? value.GetString() : null;

    /// <summary>Sends a message and returns <c>accepted</c>.</summary>
    public static async Task<JsonElement> RunAsync(
        this WireClient client, string threadId, string text, Action<JsonElement>? see = null, string? messageId = null, string? agent = null)
    {
        (string, JsonNode?)[] fields = [("threadId", threadId), ("messageId", messageId ?? NewId()), ("text", text)];
        if (agent is not null) fields = [.. fields, ("agent", agent)];
        var answer = await client.AskAsync("run", see, fields);
        Assert.True(answer.Text("type") == "accepted", answer.GetRawText());
        return answer;
    }

    /// <summary>Starts a thread with a message; the record begins where the thread does.</summary>
    public static async Task<(ThreadRecord Record, string RunId)> BeginAsync(this WireClient client, string text, string? agent = null)
    {
        var threadId = NewId();
        var accepted = await client.RunAsync(threadId, text, agent: agent);
        return (new(threadId, accepted.Text("cursor")), accepted.Text("runId"));
    }

    /// <summary>Has one message answered in a new thread.</summary>
    public static async Task<ThreadRecord> TurnAsync(this WireClient client, string text, string? agent = null)
    {
        var (record, _) = await client.BeginAsync(text, agent);
        await record.UntilEndedAsync(client);
        return record;
    }

    /// <summary>Reads a thread anew, on a connection of its own, from where another reader began to where it stands.</summary>
    public static async Task<ThreadRecord> ReadAgainAsync(int port, ThreadRecord other)
    {
        await using var client = await WireClient.ConnectAsync(port);
        var record = new ThreadRecord(other.ThreadId, other.Start);
        await client.CommandAsync("subscribe", ("threadId", other.ThreadId), ("cursor", other.Start));
        while (record.Events.Count < other.Events.Count && record.Snapshots == 0) record.See(await client.NextAsync());
        return record;
    }

    /// <summary>The thread's snapshot, its pages put together.</summary>
    public static async Task<Snapshot> SnapshotAsync(this WireClient client, string threadId)
    {
        await client.AskAsync("unsubscribe", ("threadId", threadId));
        var subscribed = await client.AskAsync("subscribe", ("threadId", threadId));
        Assert.True(subscribed.TextOrNull("result") == "snapshot", subscribed.GetRawText());
        var messages = new List<JsonElement>();
        while (true)
        {
            var page = await client.UntilAsync(message => message.Text("type") == "snapshot" && message.Text("threadId") == threadId);
            messages.AddRange(page.GetProperty("messages").EnumerateArray());
            if (!page.TryGetProperty("more", out var more) || !more.GetBoolean()) return new(messages, page);
        }
    }
}

/// <param name="Last">The last page: cursor, run, queued and interrupts.</param>
internal sealed record Snapshot(IReadOnlyList<JsonElement> Messages, JsonElement Last)
{
    public string Cursor => Last.Text("cursor");

    public JsonElement Interrupts => Last.GetProperty("interrupts");
}
