using Gatehouse.Protocol;

namespace Gatehouse.Store.Sqlite;

/// <summary>What users bring in: messages, answers, cancellations.</summary>
internal static class Accepting
{
    private const string ByMessage = """
        SELECT r.id, r.thread_id, r.ordinal, r.accepted_seq, r.accepted_digest, m.content
        FROM agent_executions r JOIN messages m ON m.run_id = r.id AND m.step = -1
        WHERE r.thread_id = ?1 AND r.message_id = ?2
        """;

    private const string ByInterrupt = """
        SELECT r.id, r.thread_id, r.ordinal, r.accepted_seq, r.accepted_digest, i.payload
        FROM agent_executions r JOIN interrupts i ON i.id = r.answers_interrupt
        WHERE r.answers_interrupt = ?1
        """;

    public static AcceptResult Accept(SqliteSession session, NewRun run, string owner)
    {
        if (session.First(ByMessage, ReadAccepted, run.ThreadId, run.MessageId) is { } before)
            return before.Text == run.Text ? Again(session, before) : new AcceptResult.Conflict();
        var at = run.At.ToUnixTimeMilliseconds();
        session.Execute(
            "INSERT INTO threads (id, title, selftest, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4) ON CONFLICT DO NOTHING",
            run.ThreadId, ThreadTitle.Of(run.Text), run.SelfTest, at);
        if (Add(session, new(run.ThreadId, run.RunId, run.Agent, at) { MessageId = run.MessageId }) is not { } place)
            return new AcceptResult.QueueFull();
        Rows.Insert(session, run.RunId, step: -1, part: 0, new(run.MessageId, "user", run.Text), open: false);
        return Done(session, run.ThreadId, run.RunId, place, owner);
    }

    public static AcceptResult Answer(SqliteSession session, NewAnswer answer, string owner)
    {
        if (session.First(ByInterrupt, ReadAccepted, answer.InterruptId) is { } before)
            return before.Text == answer.Payload ? Again(session, before) : new AcceptResult.Conflict();
        var interrupted = session.First(
            "SELECT r.thread_id, r.agent FROM interrupts i JOIN agent_executions r ON r.id = i.run_id WHERE i.id = ?1",
            row => new { ThreadId = row.GetString(0), Agent = row.GetString(1) }, answer.InterruptId);
        if (interrupted is null) return new AcceptResult.UnknownInterrupt();
        var at = answer.At.ToUnixTimeMilliseconds();
        var run = new Added(interrupted.ThreadId, answer.RunId, interrupted.Agent, at) { AnswersInterrupt = answer.InterruptId };
        if (Add(session, run) is not { } place) return new AcceptResult.QueueFull();
        session.Execute(
            "UPDATE interrupts SET payload = ?2, approved = ?3, denial = ?4, answered_at = ?5 WHERE id = ?1",
            answer.InterruptId, answer.Payload, answer.Approved, answer.Denial, at);
        return Done(session, interrupted.ThreadId, answer.RunId, place, owner);
    }

    public static string? Cancel(SqliteSession session, string runId)
    {
        session.Execute("UPDATE agent_executions SET cancel_requested = 1 WHERE id = ?1 AND state <> 'closed'", runId);
        return session.First("SELECT thread_id FROM agent_executions WHERE id = ?1", row => row.GetString(0), runId);
    }

    // Null if the thread's queue is full. Nothing has been written then: a thread that is new has no queue.
    private static Place? Add(SqliteSession session, Added run)
    {
        var place = session.First(
            """
            SELECT owner, next_ordinal, seq, digest,
                (SELECT count(*) FROM agent_executions WHERE thread_id = ?1 AND state <> 'closed'),
                (SELECT count(*) FROM agent_executions WHERE thread_id = ?1 AND state <> 'closed' AND state = 'queued')
            FROM threads WHERE id = ?1
            """,
            row => new Place(row.IsDBNull(0), row.GetInt64(1), Rows.Position(row, 2), row.GetInt32(4), row.GetInt32(5)),
            run.ThreadId)!;
        if (place.Queued >= Limits.QueuedRuns) return null;
        session.Execute(
            """
            INSERT INTO agent_executions
                (id, thread_id, ordinal, agent, message_id, answers_interrupt, accepted_seq, accepted_digest, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            run.RunId, run.ThreadId, place.Ordinal, run.Agent, run.MessageId, run.AnswersInterrupt,
            place.Position.Seq, StoredValues.Digest(place.Position), run.At);
        session.Execute(
            "UPDATE threads SET next_ordinal = next_ordinal + 1, updated_at = max(updated_at, ?2) WHERE id = ?1", run.ThreadId, run.At);
        return place;
    }

    private static AcceptResult.Done Done(SqliteSession session, string threadId, string runId, Place place, string owner) => new(
        threadId, runId, place.Position, place.OpenBefore, place.IsReleased ? Claiming.Take(session, threadId, owner) : null, Again: false);

    private static AcceptResult.Done Again(SqliteSession session, Accepted before)
    {
        var openBefore = session.First(
            "SELECT count(*) FROM agent_executions WHERE thread_id = ?1 AND ordinal < ?2 AND state <> 'closed'",
            row => row.GetInt32(0), before.ThreadId, before.Ordinal);
        return new(before.ThreadId, before.RunId, before.Cursor, openBefore, Claim: null, Again: true);
    }

    private static Accepted ReadAccepted(Microsoft.Data.Sqlite.SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetInt64(2), Rows.Position(row, 3), row.GetString(5));

    private sealed record Accepted(string RunId, string ThreadId, long Ordinal, Position Cursor, string Text);

    private sealed record Added(string ThreadId, string RunId, string Agent, long At)
    {
        public string? MessageId { get; init; }

        public string? AnswersInterrupt { get; init; }
    }

    private sealed record Place(bool IsReleased, long Ordinal, Position Position, int OpenBefore, int Queued);
}
