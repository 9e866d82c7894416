using Gatehouse.Protocol;

namespace Gatehouse.Store.Postgres;

/// <summary>What users bring in: messages, answers, cancellations.</summary>
/// <remarks>
/// The lock of the thread is a statement before the one that adds, so that this one sees what was accepted until then. What was
/// added is then read back, whether it was by this attempt, by an earlier one whose answer was lost, or by an earlier call.
/// </remarks>
internal static class Accepting
{
    private const string MakeThread = """
        INSERT INTO threads (id, title, selftest, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) ON CONFLICT DO NOTHING
        """;

    private const string LockThread = "SELECT id FROM threads WHERE id = $1 FOR NO KEY UPDATE";

    private const string LockAsker = """
        SELECT t.id FROM interrupts i JOIN agent_executions r ON r.id = i.run_id JOIN threads t ON t.id = r.thread_id
        WHERE i.id = $1 FOR NO KEY UPDATE OF t
        """;

    // $1 owner, $2 length of the lease, $3 the call, $4 time.
    private const string Receive = """
        UPDATE threads t SET
            next_ordinal = next_ordinal + 1, updated_at = greatest(updated_at, $4), owner = coalesce(owner, $1),
            generation  = CASE WHEN owner IS NULL THEN generation + 1 ELSE generation END,
            lease_until = CASE WHEN owner IS NULL THEN now() + $2 ELSE lease_until END,
            claim       = CASE WHEN owner IS NULL THEN $3 ELSE claim END,
            orderly     = CASE WHEN owner IS NULL THEN true ELSE orderly END
        FROM run WHERE t.id = run.thread_id
        """;

    private const string HasRoom = """
        (SELECT count(*) FROM agent_executions q WHERE q.thread_id = t.id AND q.state <> 'closed' AND q.state = 'queued') < $5
        """;

    private const string AddMessage = $"""
        WITH run AS (
            INSERT INTO agent_executions (id, thread_id, ordinal, agent, message_id, accepted_seq, accepted_digest, created_at)
            SELECT $6, t.id, t.next_ordinal, $8, $9, t.seq, t.digest, $4 FROM threads t
            WHERE t.id = $7 AND NOT EXISTS (SELECT 1 FROM agent_executions k WHERE k.thread_id = $7 AND k.message_id = $9) AND {HasRoom}
            RETURNING id, thread_id
        ), said AS (
            INSERT INTO messages (run_id, step, part, id, role, content) SELECT id, -1, 0, $9, 'user', $10 FROM run
        )
        {Receive}
        """;

    private const string AddAnswer = $"""
        WITH run AS (
            INSERT INTO agent_executions (id, thread_id, ordinal, agent, answers_interrupt, accepted_seq, accepted_digest, created_at)
            SELECT $6, t.id, t.next_ordinal, r.agent, $7, t.seq, t.digest, $4
            FROM interrupts i JOIN agent_executions r ON r.id = i.run_id JOIN threads t ON t.id = r.thread_id
            WHERE i.id = $7 AND NOT EXISTS (SELECT 1 FROM agent_executions k WHERE k.answers_interrupt = $7) AND {HasRoom}
            RETURNING id, thread_id
        ), answered AS (
            UPDATE interrupts SET payload = $8, approved = $9, denial = $10, answered_at = $4 FROM run WHERE interrupts.id = $7
        )
        {Receive}
        """;

    private const string Accepted = """
        SELECT r.id, r.thread_id, r.accepted_seq, r.accepted_digest,
            (SELECT count(*) FROM agent_executions b WHERE b.thread_id = r.thread_id AND b.ordinal < r.ordinal AND b.state <> 'closed'),
        """;

    private const string ByMessage = $"""
        {Accepted} m.content
        FROM agent_executions r JOIN messages m ON m.run_id = r.id AND m.step = -1 AND m.part = 0
        WHERE r.thread_id = $1 AND r.message_id = $2
        """;

    private const string ByInterrupt = $"""
        {Accepted} i.payload FROM agent_executions r JOIN interrupts i ON i.id = r.answers_interrupt WHERE r.answers_interrupt = $1
        """;

    private const string ClaimByInterrupt = $"""
        {OpenRuns.OfThreads}
        WHERE t.id = (SELECT a.thread_id FROM interrupts q JOIN agent_executions a ON a.id = q.run_id WHERE q.id = $1) AND t.claim = $2
        """;

    public static async Task<AcceptResult> AcceptAsync(Batch batch, NewRun run, Claimant claimant)
    {
        var at = run.At.ToUnixTimeMilliseconds();
        batch
            .Add(MakeThread, run.ThreadId, ThreadTitle.Of(run.Text), run.SelfTest, at)
            .Add(LockThread, run.ThreadId)
            .Add(AddMessage, claimant.Owner, claimant.Lease.Length, claimant.Call, at, Limits.QueuedRuns, run.RunId, run.ThreadId, run.Agent,
                run.MessageId, run.Text)
            .Add(ByMessage, run.ThreadId, run.MessageId)
            .Add(Claiming.OfCall, run.ThreadId, claimant.Call);
        var outcome = await ReadAsync(batch, claimant, added: 2);
        if (outcome.ThreadId is null) throw new ThreadRemovedException();
        return outcome.Judge(run.RunId, run.Text, batch.Attempt);
    }

    public static async Task<AcceptResult> AnswerAsync(Batch batch, NewAnswer answer, Claimant claimant)
    {
        batch
            .Add(LockAsker, answer.InterruptId)
            .Add(AddAnswer, claimant.Owner, claimant.Lease.Length, claimant.Call, answer.At.ToUnixTimeMilliseconds(), Limits.QueuedRuns,
                answer.RunId, answer.InterruptId, answer.Payload, answer.Approved, answer.Denial)
            .Add(ByInterrupt, answer.InterruptId)
            .Add(ClaimByInterrupt, answer.InterruptId, claimant.Call);
        var outcome = await ReadAsync(batch, claimant, added: 1);
        return outcome.ThreadId is null ? new AcceptResult.UnknownInterrupt() : outcome.Judge(answer.RunId, answer.Payload, batch.Attempt);
    }

    public static async Task<string?> CancelAsync(Batch batch, string runId)
    {
        batch.Add(
            "UPDATE agent_executions SET cancel_requested = cancel_requested OR state <> 'closed' WHERE id = $1 RETURNING thread_id", runId);
        await using var results = await batch.SendAsync();
        var threadId = await results.FirstAsync(static row => row.Text());
        await results.EndAsync();
        return threadId;
    }

    private static async Task<Outcome> ReadAsync(Batch batch, Claimant claimant, int added)
    {
        await using var results = await batch.SendAsync();
        var threadId = await results.FirstAsync(static row => row.Text());
        var found = await results.FirstAsync(
            static row => new Found(row.Text(), row.Text(), row.Position(), (int)row.Number(), row.Text()));
        var claim = await results.FirstAsync(row => OpenRuns.ReadClaim(row, claimant.Lease));
        await results.EndAsync();
        return new(threadId, found, claim, batch.Changed(added) > 0);
    }

    /// <param name="Text">What was sent then: the message's text, or the answer's payload.</param>
    private sealed record Found(string RunId, string ThreadId, Position Cursor, int OpenBefore, string Text);

    /// <param name="ThreadId">The locked thread; null if there is none.</param>
    /// <param name="IsNew">This attempt has added it.</param>
    private sealed record Outcome(string? ThreadId, Found? Found, Claim? Claim, bool IsNew)
    {
        public AcceptResult Judge(string runId, string text, int attempt)
        {
            if (Found is null) return new AcceptResult.QueueFull();
            if (Found.Text != text) return new AcceptResult.Conflict();
            var isOwn = IsNew || attempt > 1 && Found.RunId == runId;
            return new AcceptResult.Done(Found.ThreadId, Found.RunId, Found.Cursor, Found.OpenBefore, Claim, Again: !isOwn);
        }
    }
}

/// <summary>A thread was removed between two statements of one call; the call is to be made again.</summary>
internal sealed class ThreadRemovedException() : Exception("The thread was removed at the same moment.");
