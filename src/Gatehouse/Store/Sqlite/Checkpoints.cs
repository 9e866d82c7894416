namespace Gatehouse.Store.Sqlite;

/// <summary>
/// The transitions of a run. Each may be written again: what has been done already changes nothing, and a closed run never changes.
/// </summary>
internal static class Checkpoints
{
    public static CheckpointVerdict Write(SqliteSession session, Checkpoint checkpoint, long now)
    {
        var (threadId, generation, runId, position, change) = checkpoint;
        var changed = session.Execute(
            """
            UPDATE threads SET seq = ?3, digest = ?4, updated_at = max(updated_at, ?5)
            WHERE id = ?1 AND generation = ?2 AND seq <= ?3
            """,
            threadId, generation, position.Seq, StoredValues.Digest(position), now);
        if (changed == 0) return IsOwned(session, threadId, generation) ? CheckpointVerdict.Done : CheckpointVerdict.Stale;
        if (change is RunChange.Rewound) Rewind(session, threadId);
        else if (Find(session, threadId, runId, now) is { } run) Apply(session, run, change);
        return CheckpointVerdict.Done;
    }

    // If it is, the checkpoint lies before the thread's position: it has been written, and arrives again, late.
    private static bool IsOwned(SqliteSession session, string threadId, long generation) => session.First(
        "SELECT 1 FROM threads WHERE id = ?1 AND generation = ?2", _ => true, threadId, generation);

    private static void Rewind(SqliteSession session, string threadId) => session.Execute(
        "DELETE FROM messages WHERE open = 1 AND run_id IN (SELECT id FROM agent_executions WHERE thread_id = ?1)", threadId);

    // Null if there is no such run, or it is closed.
    private static Target? Find(SqliteSession session, string threadId, string runId, long now) => session.First(
        "SELECT steps, state = 'closing' FROM agent_executions WHERE id = ?2 AND thread_id = ?1 AND state <> 'closed'",
        row => (Target?)new Target(runId, row.GetInt32(0), row.GetBoolean(1), now), threadId, runId);

    private static void Apply(SqliteSession session, Target run, RunChange change)
    {
        switch (change)
        {
            case RunChange.Started started:
                session.Execute(
                    "UPDATE agent_executions SET state = 'running', started_at = ?2 WHERE id = ?1 AND state = 'queued'",
                    run.Id, started.At.ToUnixTimeMilliseconds());
                break;
            case RunChange.Said said when said.Step >= run.Steps && !run.IsClosing:     // a step that has ended has said all
                Say(session, run, said);
                break;
            case RunChange.ToolBegun begun:
                session.Execute(
                    """
                    INSERT INTO execution_steps (run_id, call_id, begun_at) VALUES (?1, ?2, ?3)
                    ON CONFLICT DO UPDATE SET begun_at = coalesce(begun_at, excluded.begun_at)
                    """,
                    run.Id, begun.CallId, run.Now);
                break;
            case RunChange.ToolEnded ended:
                EndTool(session, run, ended);
                break;
            case RunChange.Closing closing:
                Close(session, run, closing);
                break;
            case RunChange.Closed:
                session.Execute("UPDATE agent_executions SET state = 'closed', closed_at = ?2 WHERE id = ?1", run.Id, run.Now);
                break;
        }
    }

    private static void Say(SqliteSession session, Target run, RunChange.Said said)
    {
        session.Execute("DELETE FROM messages WHERE run_id = ?1 AND step = ?2 AND open = 1", run.Id, said.Step);
        for (var part = 0; part < said.Messages.Count; part++)
            Rows.Insert(session, run.Id, said.Step, part, said.Messages[part], said.Open);
        if (said.Open) return;
        session.Execute(
            "UPDATE agent_executions SET steps = ?2, input_tokens = ?3, output_tokens = ?4 WHERE id = ?1",
            run.Id, said.Step + 1, said.Usage.InputTokens, said.Usage.OutputTokens);
    }

    private static void EndTool(SqliteSession session, Target run, RunChange.ToolEnded ended)
    {
        var first = session.Execute(
            """
            INSERT INTO execution_steps (run_id, call_id, ended_at) VALUES (?1, ?2, ?3)
            ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at WHERE ended_at IS NULL
            """,
            run.Id, ended.CallId, run.Now);
        if (first == 0) return;
        var step = run.Steps - 1;
        var part = session.First(
            "SELECT coalesce(max(part) + 1, 0) FROM messages WHERE run_id = ?1 AND step = ?2", row => row.GetInt32(0), run.Id, step);
        Rows.Insert(session, run.Id, step, part, ended.Result, open: false);
    }

    private static void Close(SqliteSession session, Target run, RunChange.Closing closing)
    {
        var first = session.Execute(
            "UPDATE agent_executions SET state = 'closing', outcome = ?2, terminal = ?3 WHERE id = ?1 AND state <> 'closing'",
            run.Id, StoredValues.Outcome(closing.End), closing.Terminal);
        if (first == 0) return;
        session.Execute("UPDATE messages SET open = 0 WHERE run_id = ?1 AND open = 1", run.Id);
        for (var part = 0; part < closing.Interrupts.Count; part++)
        {
            var (id, reason, message, toolCallId, schema) = closing.Interrupts[part];
            session.Execute(
                """
                INSERT INTO interrupts (id, run_id, part, reason, message, tool_call_id, response_schema)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """,
                id, run.Id, part, reason, message, toolCallId, schema?.GetRawText());
        }
    }

    private readonly record struct Target(string Id, int Steps, bool IsClosing, long Now);
}
