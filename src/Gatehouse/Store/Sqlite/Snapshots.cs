using System.Text.Json;
using Gatehouse.Protocol;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>What a thread has said, and where it stands. To be read in one transaction.</summary>
internal static class Snapshots
{
    public static ThreadSnapshot? Read(SqliteSession session, string threadId)
    {
        var position = session.First(
            "SELECT seq, digest FROM threads WHERE id = ?1", row => (Position?)Rows.Position(row, 0), threadId);
        return position is null ? null : new(
            position.Value,
            session.All(
                $"""
                SELECT {Rows.MessageColumns} FROM agent_executions r JOIN messages m ON m.run_id = r.id
                WHERE r.thread_id = ?1 AND r.state <> 'queued'
                ORDER BY r.ordinal, m.step, m.part
                """,
                Rows.Message, threadId),
            session.First(
                """
                SELECT id, agent FROM agent_executions
                WHERE thread_id = ?1 AND state <> 'closed' AND state <> 'queued' ORDER BY ordinal LIMIT 1
                """,
                row => new ActiveRun(row.GetString(0), row.GetString(1)), threadId),
            session.All(
                """
                SELECT r.id, r.message_id, m.content
                FROM agent_executions r JOIN messages m ON m.run_id = r.id AND m.step = -1 AND m.part = 0
                WHERE r.thread_id = ?1 AND r.state <> 'closed' AND r.state = 'queued' AND r.message_id IS NOT NULL
                ORDER BY r.ordinal
                """,
                row => new QueuedRun(row.GetString(0), row.GetString(1), row.GetString(2)), threadId),
            session.All(
                """
                SELECT i.id, i.reason, i.message, i.tool_call_id, i.response_schema
                FROM agent_executions r JOIN interrupts i ON i.run_id = r.id
                WHERE r.thread_id = ?1 AND i.payload IS NULL
                ORDER BY r.ordinal, i.part
                """,
                ReadInterrupt, threadId));
    }

    public static IReadOnlyList<StoredMessage> Context(SqliteSession session, string runId) => session.All(
        $"""
        SELECT {Rows.MessageColumns}
        FROM agent_executions own
        JOIN agent_executions r ON r.thread_id = own.thread_id AND r.ordinal <= own.ordinal AND r.state <> 'queued'
        JOIN messages m ON m.run_id = r.id
        WHERE own.id = ?1
        ORDER BY r.ordinal, m.step, m.part
        """,
        Rows.Message, runId);

    private static Interrupt ReadInterrupt(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), Rows.Text(row, 2), Rows.Text(row, 3),
        Rows.Text(row, 4) is { } schema ? JsonElement.Parse(schema) : null);
}
