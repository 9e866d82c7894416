using Gatehouse.Protocol;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>A thread's first open run, with all that its owner needs.</summary>
internal static class OpenRuns
{
    private const string FirstOpen = $"""
        SELECT r.id, r.agent, r.state, r.started_at, r.steps, r.cancel_requested, r.input_tokens, r.output_tokens, r.outcome, r.terminal,
            EXISTS (SELECT 1 FROM messages d WHERE d.run_id = r.id AND d.open = 1),
            r.message_id IS NOT NULL, {Rows.MessageColumns}, i.run_id, i.tool_call_id, i.approved, i.denial
        FROM agent_executions r
        LEFT JOIN messages m ON m.run_id = r.id AND m.step = -1 AND m.part = 0
        LEFT JOIN interrupts i ON i.id = r.answers_interrupt
        WHERE r.thread_id = ?1 AND r.state <> 'closed'
        ORDER BY r.ordinal LIMIT 1
        """;

    public static OpenRun? First(SqliteSession session, string threadId)
    {
        if (session.First(FirstOpen, Read, threadId) is not var (run, answer)) return null;
        return run with
        {
            Answered = run.Steps > 0 && LastAssistant(session, run.RunId) is { ToolCalls: null or [] },
            PendingCalls = Pending(session, run.RunId, answer),
        };
    }

    private static (OpenRun Run, Answer? Answer)? Read(SqliteDataReader row)
    {
        var run = new OpenRun(row.GetString(0), row.GetString(1), StoredValues.State(row.GetString(2)))
        {
            StartedAt = Rows.Time(row, 3),
            Steps = row.GetInt32(4),
            CancelRequested = row.GetBoolean(5),
            Usage = new(row.GetInt64(6), row.GetInt64(7)),
            End = StoredValues.Outcome(Rows.Text(row, 8)),
            Terminal = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
            HasDraft = row.GetBoolean(10),
            Prompt = row.GetBoolean(11) ? Rows.MessageAt(row, 12) : null,
        };
        var answer = row.IsDBNull(18) ? null : new Answer(row.GetString(18), Rows.Text(row, 19), Rows.Flag(row, 20), Rows.Text(row, 21));
        return (run, answer);
    }

    // The calls stand in the last message that a model has ended: this run's, or that of the run whose interrupt it answers, or
    // the one before that. Their results may be spread over all of these.
    private static List<PendingCall> Pending(SqliteSession session, string runId, Answer? answer)
    {
        var unanswered = new List<ToolCall>();
        var results = new HashSet<string>(StringComparer.Ordinal);
        var (run, before) = (runId, answer?.InterruptedRun);
        while (true)
        {
            results.UnionWith(session.All(
                "SELECT tool_call_id FROM messages WHERE run_id = ?1 AND role = 'tool'", row => row.GetString(0), run));
            if (LastAssistant(session, run) is { } said)
            {
                unanswered.AddRange(said.ToolCalls ?? []);
                break;
            }
            if (before is null) break;
            (run, before) = (before, InterruptedBefore(session, before));
        }
        unanswered.RemoveAll(call => results.Contains(call.Id));
        return unanswered.Count == 0 ? [] : Describe(session, runId, unanswered, answer);
    }

    private static List<PendingCall> Describe(SqliteSession session, string runId, List<ToolCall> calls, Answer? answer)
    {
        var begun = session.All(
            "SELECT call_id FROM execution_steps WHERE run_id = ?1 AND begun_at IS NOT NULL", row => row.GetString(0), runId);
        return calls.ConvertAll(call =>
        {
            var own = answer?.CallId == call.Id ? answer : null;
            return new PendingCall(
                call.Id, call.Function.Name, call.Function.Arguments, begun.Contains(call.Id), own?.Approved, own?.Denial);
        });
    }

    private static StoredMessage? LastAssistant(SqliteSession session, string runId) => session.First(
        $"""
        SELECT {Rows.MessageColumns} FROM messages m
        WHERE m.run_id = ?1 AND m.role = 'assistant' AND m.open = 0
        ORDER BY m.step DESC, m.part DESC LIMIT 1
        """,
        Rows.Message, runId);

    private static string? InterruptedBefore(SqliteSession session, string runId) => session.First(
        "SELECT i.run_id FROM agent_executions r JOIN interrupts i ON i.id = r.answers_interrupt WHERE r.id = ?1",
        row => row.GetString(0), runId);

    private sealed record Answer(string InterruptedRun, string? CallId, bool? Approved, string? Denial);
}
