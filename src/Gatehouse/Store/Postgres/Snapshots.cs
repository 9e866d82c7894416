using System.Text.Json;
using Gatehouse.Protocol;

namespace Gatehouse.Store.Postgres;

/// <summary>What a thread has said, and where it stands: of one state of the database, in one round trip.</summary>
/// <remarks>
/// OFFSET 0 keeps the planner from any other way than run by run, by index. These statements are planned once and then used for ever;
/// in a database that is new, without statistics, it would read all messages of all threads.
/// </remarks>
internal static class Snapshots
{
    private const string Messages = $"""
        SELECT {Row.MessageColumns}
        FROM agent_executions r CROSS JOIN LATERAL (SELECT * FROM messages s WHERE s.run_id = r.id OFFSET 0) m
        WHERE r.thread_id = $1 AND r.state <> 'queued'
        ORDER BY r.ordinal, m.step, m.part
        """;

    private const string Active = """
        SELECT id, agent FROM agent_executions WHERE thread_id = $1 AND state <> 'closed' AND state <> 'queued' ORDER BY ordinal LIMIT 1
        """;

    private const string Queued = """
        SELECT r.id, r.message_id, m.content
        FROM agent_executions r
        CROSS JOIN LATERAL (SELECT * FROM messages s WHERE s.run_id = r.id AND s.step = -1 AND s.part = 0 OFFSET 0) m
        WHERE r.thread_id = $1 AND r.state <> 'closed' AND r.state = 'queued' AND r.message_id IS NOT NULL
        ORDER BY r.ordinal
        """;

    private const string Asked = """
        SELECT i.id, i.reason, i.message, i.tool_call_id, i.response_schema
        FROM agent_executions r CROSS JOIN LATERAL (SELECT * FROM interrupts a WHERE a.run_id = r.id AND a.payload IS NULL OFFSET 0) i
        WHERE r.thread_id = $1
        ORDER BY r.ordinal, i.part
        """;

    private const string UpTo = $"""
        SELECT {Row.MessageColumns}
        FROM agent_executions own
        JOIN agent_executions r ON r.thread_id = own.thread_id AND r.ordinal <= own.ordinal AND r.state <> 'queued'
        CROSS JOIN LATERAL (SELECT * FROM messages s WHERE s.run_id = r.id OFFSET 0) m
        WHERE own.id = $1
        ORDER BY r.ordinal, m.step, m.part
        """;

    public static async Task<ThreadSnapshot?> ReadAsync(Batch batch, string threadId)
    {
        // A transaction of its own kind, because without it each statement would see a later state than the one before.
        batch
            .Add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .Add("SELECT seq, digest FROM threads WHERE id = $1", threadId)
            .Add(Messages, threadId)
            .Add(Active, threadId)
            .Add(Queued, threadId)
            .Add(Asked, threadId)
            .Add("COMMIT");
        await using var results = await batch.SendAsync();
        var position = await results.FirstAsync(static row => (Position?)row.Position());
        var messages = await results.AllAsync(static row => row.Message());
        var active = await results.FirstAsync(static row => new ActiveRun(row.Text(), row.Text()));
        var queued = await results.AllAsync(static row => new QueuedRun(row.Text(), row.Text(), row.Text()));
        var asked = await results.AllAsync(static row => new Interrupt(
            row.Text(), row.Text(), row.TextOrNull(), row.TextOrNull(), row.TextOrNull() is { } schema ? JsonElement.Parse(schema) : null));
        await results.EndAsync();
        return position is { } at ? new(at, messages, active, queued, asked) : null;
    }

    /// <summary>What the model of a run sees. One statement, and so one state.</summary>
    public static async Task<IReadOnlyList<StoredMessage>> ContextAsync(Batch batch, string runId)
    {
        batch.Add(UpTo, runId);
        await using var results = await batch.SendAsync();
        var messages = await results.AllAsync(static row => row.Message());
        await results.EndAsync();
        return messages;
    }
}
