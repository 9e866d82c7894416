using Gatehouse.Protocol;

namespace Gatehouse.Store.Postgres;

/// <summary>Threads with their first open run, and with all that its owner needs.</summary>
internal static class OpenRuns
{
    /// <summary>Threads <c>t</c> for <see cref="ReadClaim"/> and <see cref="ReadRun"/>; a <c>WHERE</c> is to follow.</summary>
    /// <remarks>
    /// The calls of a run stand in the last message that a model has ended: this run's, or that of the run whose interrupt it
    /// answers, or the one before that. The chain is walked here; the results may be spread over all of it.
    /// </remarks>
    public const string OfThreads = $"""
        SELECT t.id, t.generation, t.seq, t.digest, coalesce(t.orderly, true), r.id IS NOT NULL,
            r.id, r.agent, r.state, r.started_at, r.steps, r.cancel_requested, r.input_tokens, r.output_tokens, r.outcome, r.terminal,
            EXISTS (SELECT 1 FROM messages d WHERE d.run_id = r.id AND d.open), {Row.MessageColumns},
            i.tool_call_id, i.approved, i.denial, c.own_calls, c.calls, c.results,
            ARRAY(SELECT s.call_id FROM execution_steps s WHERE s.run_id = r.id AND s.begun_at IS NOT NULL)
        FROM threads t
        LEFT JOIN LATERAL (
            SELECT * FROM agent_executions x WHERE x.thread_id = t.id AND x.state <> 'closed' ORDER BY x.ordinal LIMIT 1
        ) r ON true
        LEFT JOIN messages m ON m.run_id = r.id AND m.step = -1 AND m.part = 0 AND r.message_id IS NOT NULL
        LEFT JOIN interrupts i ON i.id = r.answers_interrupt
        LEFT JOIN LATERAL (
            WITH RECURSIVE chain (depth, run_id, asked, calls, results) AS (
                SELECT 0, r.id, r.answers_interrupt, ({CallsOf} r.id {Last}), ARRAY({ResultsOf} r.id)
                UNION ALL
                SELECT chain.depth + 1, b.id, b.answers_interrupt, ({CallsOf} b.id {Last}), ARRAY({ResultsOf} b.id)
                FROM chain JOIN interrupts q ON q.id = chain.asked JOIN agent_executions b ON b.id = q.run_id
                WHERE chain.calls IS NULL
            )
            SELECT (SELECT calls FROM chain WHERE depth = 0) AS own_calls,
                (SELECT calls FROM chain ORDER BY depth DESC LIMIT 1) AS calls,
                ARRAY(SELECT unnest(results) FROM chain) AS results
        ) c ON true
        """;

    // Null if no model has ended a message in the run; [] if it has, without calls.
    private const string CallsOf =
        "SELECT coalesce(a.tool_calls, '[]') FROM messages a WHERE a.role = 'assistant' AND NOT a.open AND a.run_id =";
    private const string Last = "ORDER BY a.step DESC, a.part DESC LIMIT 1";
    private const string ResultsOf = "SELECT a.tool_call_id FROM messages a WHERE a.role = 'tool' AND a.run_id =";

    public static Claim ReadClaim(Row row, LeaseTerm lease)
    {
        var (threadId, generation, position, orderly) = (row.Text(), row.Number(), row.Position(), row.Flag());
        return new(threadId, generation, position, orderly, ReadOpen(row)) { Lease = lease };
    }

    /// <summary>A row for the thread; null if it has no open run.</summary>
    public static Found ReadRun(Row row)
    {
        _ = (row.Text(), row.Number(), row.Position(), row.Flag());
        return new(ReadOpen(row));
    }

    private static OpenRun? ReadOpen(Row row)
    {
        if (!row.Flag()) return null;
        var run = new OpenRun(row.Text(), row.Text(), StoredValues.State(row.Text()))
        {
            StartedAt = row.TimeOrNull(),
            Steps = row.Small(),
            CancelRequested = row.Flag(),
            Usage = new(row.Number(), row.Number()),
            End = StoredValues.Outcome(row.TextOrNull()),
            Terminal = row.BytesOrNull(),
            HasDraft = row.Flag(),
            Prompt = row.MessageOrNull(),
        };
        var answer = (CallId: row.TextOrNull(), Approved: row.FlagOrNull(), Denial: row.TextOrNull());
        var ownCalls = StoredValues.ToolCalls(row.TextOrNull());
        var calls = StoredValues.ToolCalls(row.TextOrNull()) ?? [];
        var (results, begun) = (row.Texts(), row.Texts());
        return run with
        {
            Answered = run.Steps > 0 && ownCalls is [],
            PendingCalls = [.. calls.Where(call => !results.Contains(call.Id)).Select(Describe)],
        };

        PendingCall Describe(ToolCall call)
        {
            var answered = answer.CallId == call.Id;
            return new(
                call.Id, call.Function.Name, call.Function.Arguments, begun.Contains(call.Id),
                answered ? answer.Approved : null, answered ? answer.Denial : null);
        }
    }

    internal sealed record Found(OpenRun? Run);
}
