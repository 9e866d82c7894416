namespace Gatehouse.Store.Postgres;

/// <summary>
/// The transitions of a run. Each may be written again: what has been done already changes nothing, and a closed run never changes.
/// </summary>
/// <remarks>
/// The first statement moves the thread to the checkpoint's position and locks it, if the generation is right and the position not
/// behind. All others look for the thread at exactly this generation and position; if it was not moved, they do nothing.
/// </remarks>
internal static class Checkpoints
{
    private const string Move = """
        UPDATE threads SET seq = $3, digest = $4, updated_at = greatest(updated_at, $5) WHERE id = $1 AND generation = $2 AND seq <= $3
        """;

    // The run, if it is the thread's and not closed. $1 to $4 as above, $5 the run.
    private const string Run = """
        WITH run AS (
            SELECT r.id, r.state, r.steps FROM threads t JOIN agent_executions r ON r.thread_id = t.id
            WHERE t.id = $1 AND t.generation = $2 AND t.seq = $3 AND t.digest = $4 AND r.id = $5 AND r.state <> 'closed'
        )
        """;

    private const string Rewind = """
        DELETE FROM messages WHERE open AND run_id = ANY (ARRAY(
            SELECT r.id FROM threads t JOIN agent_executions r ON r.thread_id = t.id
            WHERE t.id = $1 AND t.generation = $2 AND t.seq = $3 AND t.digest = $4))
        """;

    private const string Start = $"""
        {Run} UPDATE agent_executions e SET state = 'running', started_at = $6 FROM run WHERE e.id = run.id AND run.state = 'queued'
        """;

    // A step that has ended has said all.
    private const string IsSaying = "run.steps <= $6 AND run.state <> 'closing'";

    private const string DropParts = $"""
        {Run} DELETE FROM messages m USING run WHERE m.run_id = run.id AND m.step = $6 AND m.open AND m.part >= $7 AND {IsSaying}
        """;

    private const string Say = $"""
        {Run} INSERT INTO messages (run_id, step, part, id, role, content, tool_calls, tool_call_id, error, open)
        SELECT run.id, $6, said.part - 1, said.id, said.role, said.content, said.tool_calls, said.tool_call_id, said.error, $7
        FROM run, unnest($8, $9, $10, $11, $12, $13) WITH ORDINALITY said (id, role, content, tool_calls, tool_call_id, error, part)
        WHERE {IsSaying}
        ON CONFLICT (run_id, step, part) DO UPDATE SET
            id = excluded.id, role = excluded.role, content = excluded.content, tool_calls = excluded.tool_calls,
            tool_call_id = excluded.tool_call_id, error = excluded.error, open = excluded.open
        """;

    private const string EndStep = $"""
        {Run} UPDATE agent_executions e SET steps = $6 + 1, input_tokens = $7, output_tokens = $8 FROM run
        WHERE e.id = run.id AND {IsSaying}
        """;

    private const string BeginTool = $"""
        {Run} INSERT INTO execution_steps (run_id, call_id, begun_at) SELECT run.id, $6, $7 FROM run
        ON CONFLICT (run_id, call_id) DO UPDATE SET begun_at = excluded.begun_at WHERE execution_steps.begun_at IS NULL
        """;

    private const string EndTool = $"""
        {Run}, ended AS (
            INSERT INTO execution_steps (run_id, call_id, ended_at) SELECT run.id, $6, $7 FROM run
            ON CONFLICT (run_id, call_id) DO UPDATE SET ended_at = excluded.ended_at WHERE execution_steps.ended_at IS NULL
            RETURNING run_id
        )
        INSERT INTO messages (run_id, step, part, id, role, content, tool_calls, tool_call_id, error)
        SELECT run.id, run.steps - 1,
            (SELECT coalesce(max(m.part) + 1, 0) FROM messages m WHERE m.run_id = run.id AND m.step = run.steps - 1),
            $8, $9, $10, $11, $12, $13
        FROM run JOIN ended ON ended.run_id = run.id
        """;

    private const string Close = $"""
        {Run}, closing AS (
            UPDATE agent_executions e SET state = 'closing', outcome = $6, terminal = $7 FROM run
            WHERE e.id = run.id AND run.state <> 'closing'
            RETURNING e.id
        ), whole AS (
            UPDATE messages m SET open = false FROM closing WHERE m.run_id = closing.id AND m.open
        )
        INSERT INTO interrupts (id, run_id, part, reason, message, tool_call_id, response_schema)
        SELECT asked.id, closing.id, asked.part - 1, asked.reason, asked.message, asked.tool_call_id, asked.response_schema
        FROM closing, unnest($8, $9, $10, $11, $12) WITH ORDINALITY asked (id, reason, message, tool_call_id, response_schema, part)
        """;

    private const string EndRun = $"""
        {Run} UPDATE agent_executions e SET state = 'closed', closed_at = $6 FROM run WHERE e.id = run.id
        """;

    /// <returns>Whether the thread was moved. If not, nothing was written.</returns>
    public static async Task<bool> WriteAsync(Batch batch, Checkpoint checkpoint, long now)
    {
        var position = checkpoint.Position;
        batch.Add(Move, checkpoint.ThreadId, checkpoint.Generation, position.Seq, StoredValues.Digest(position), now);
        Add(new(batch, checkpoint), checkpoint.Change, now);
        await batch.RunAsync();
        return batch.Changed(0) > 0;
    }

    private static void Add(Target target, RunChange change, long now)
    {
        switch (change)
        {
            case RunChange.Rewound: target.AddToThread(Rewind); break;
            case RunChange.Started started: target.Add(Start, started.At.ToUnixTimeMilliseconds()); break;
            case RunChange.Said said: AddSaid(target, said); break;
            case RunChange.ToolBegun begun: target.Add(BeginTool, begun.CallId, now); break;
            case RunChange.ToolEnded ended:
                var (id, role, content, toolCalls, toolCallId, error) = ended.Result;
                target.Add(EndTool, ended.CallId, now, id, role, content, StoredValues.ToolCalls(toolCalls), toolCallId, error);
                break;
            case RunChange.Closing closing:
                var asked = closing.Interrupts;
                target.Add(
                    Close, StoredValues.Outcome(closing.End), closing.Terminal,
                    Each(asked, static each => each.Id), Each(asked, static each => each.Reason), Each(asked, static each => each.Message),
                    Each(asked, static each => each.ToolCallId), Each(asked, static each => each.ResponseSchema?.GetRawText()));
                break;
            case RunChange.Closed: target.Add(EndRun, now); break;
        }
    }

    private static void AddSaid(Target target, RunChange.Said said)
    {
        var messages = said.Messages;
        target.Add(DropParts, said.Step, messages.Count);
        target.Add(
            Say, said.Step, said.Open, Each(messages, static each => each.Id), Each(messages, static each => each.Role),
            Each(messages, static each => each.Content), Each(messages, static each => StoredValues.ToolCalls(each.ToolCalls)),
            Each(messages, static each => each.ToolCallId), Each(messages, static each => each.Error));
        if (!said.Open) target.Add(EndStep, said.Step, said.Usage.InputTokens, said.Usage.OutputTokens);
    }

    private static string?[] Each<T>(IReadOnlyList<T> all, Func<T, string?> part) => [.. all.Select(part)];

    /// <summary>What all statements of a checkpoint begin with: the thread, the generation, the position, the run.</summary>
    private readonly struct Target(Batch batch, Checkpoint checkpoint)
    {
        public void Add(string sql, params ReadOnlySpan<Argument> arguments) => batch.Add(
            sql,
            [
                checkpoint.ThreadId, checkpoint.Generation, checkpoint.Position.Seq, StoredValues.Digest(checkpoint.Position),
                checkpoint.RunId, .. arguments,
            ]);

        public void AddToThread(string sql) => batch.Add(
            sql, checkpoint.ThreadId, checkpoint.Generation, checkpoint.Position.Seq, StoredValues.Digest(checkpoint.Position));
    }
}
