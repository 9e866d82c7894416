namespace Gatehouse.Store.Postgres;

/// <summary>
/// Who owns a thread, and which run is next. A lease ends by the database's clock at the beginning of the transaction that asks: a
/// claim that had to wait for a lock finds one too many still held, never one too few.
/// </summary>
internal static class Claiming
{
    private const string Take = """
        UPDATE threads
        SET owner = $2, generation = generation + 1, lease_until = now() + $3, claim = $4, orderly = owner IS NULL
        WHERE id = $1 AND (owner IS NULL OR owner = $2 OR lease_until <= now()) AND claim IS DISTINCT FROM $4
        """;

    // Found by the open runs, which are few, and not among all threads, which are many. Those that another take-over has locked are
    // left to it. What an earlier attempt has taken counts. A statement that arrives too late, because the database or the way to it
    // stood still, finds the leases of all over, whose owners are about to renew them: it takes nothing.
    private const string TakeOver = """
        WITH abandoned AS (
            SELECT t.id FROM threads t
            WHERE t.id = ANY (ARRAY(SELECT DISTINCT r.thread_id FROM agent_executions r WHERE r.state <> 'closed'))
                AND (t.owner IS NULL OR t.owner <> $1 AND t.lease_until <= now())
                AND (extract(epoch FROM now()) * 1000000)::bigint <= $5
            ORDER BY t.updated_at, t.id
            LIMIT greatest(0, $4 - (SELECT count(*) FROM threads m WHERE m.owner = $1 AND m.claim = $3))
            FOR NO KEY UPDATE OF t SKIP LOCKED
        )
        UPDATE threads t
        SET owner = $1, generation = generation + 1, lease_until = now() + $2, claim = $3, orderly = owner IS NULL
        FROM abandoned WHERE t.id = abandoned.id
        """;

    // Locked in the order of their ids: two renewals at once, of which one was given up, cannot wait for each other.
    private const string Renew = """
        WITH own AS (SELECT id FROM threads WHERE owner = $1 ORDER BY id FOR NO KEY UPDATE),
        renewed AS (UPDATE threads t SET lease_until = now() + $2 FROM own WHERE t.id = own.id RETURNING t.id, t.generation)
        SELECT renewed.id, renewed.generation, r.id FROM renewed
        LEFT JOIN agent_executions r ON r.thread_id = renewed.id AND r.state <> 'closed' AND r.cancel_requested
        ORDER BY renewed.id, r.ordinal
        """;

    private const string Now = "SELECT (extract(epoch FROM now()) * 1000000)::bigint";

    private const string Lock = "SELECT 1 FROM threads WHERE id = $1 AND generation = $2 FOR NO KEY UPDATE";

    // A statement of its own behind the lock: it sees every run that was accepted before.
    private const string ReleaseIfDone = """
        UPDATE threads SET owner = NULL, lease_until = NULL, claim = NULL, orderly = NULL
        WHERE id = $1 AND generation = $2 AND NOT EXISTS (SELECT 1 FROM agent_executions WHERE thread_id = $1 AND state <> 'closed')
        """;

    private const string Release = """
        UPDATE threads SET owner = NULL, lease_until = NULL, claim = NULL, orderly = NULL WHERE id = $1 AND generation = $2
        """;

    /// <summary>The claim of a call on a thread: <c>$1</c> the thread, <c>$2</c> the call.</summary>
    public const string OfCall = $"{OpenRuns.OfThreads} WHERE t.id = $1 AND t.claim = $2";

    public static async Task<Claim?> TakeAsync(Batch batch, string threadId, Claimant claimant)
    {
        batch.Add(Take, threadId, claimant.Owner, claimant.Lease.Length, claimant.Call).Add(OfCall, threadId, claimant.Call);
        await using var results = await batch.SendAsync();
        var claim = await results.FirstAsync(row => OpenRuns.ReadClaim(row, claimant.Lease));
        await results.EndAsync();
        return claim;
    }

    /// <param name="until">In microseconds of the database's clock: the last moment at which it may happen.</param>
    public static async Task<IReadOnlyList<Claim>> TakeOverAsync(Batch batch, Claimant claimant, int limit, long until)
    {
        batch
            .Add(TakeOver, claimant.Owner, claimant.Lease.Length, claimant.Call, limit, until)
            .Add($"{OpenRuns.OfThreads} WHERE t.owner = $1 AND t.claim = $2 ORDER BY t.updated_at, t.id", claimant.Owner, claimant.Call);
        await using var results = await batch.SendAsync();
        var claims = await results.AllAsync(row => OpenRuns.ReadClaim(row, claimant.Lease));
        await results.EndAsync();
        return claims;
    }

    /// <returns>And when it was, in microseconds of the database's clock.</returns>
    public static async Task<(Renewal Renewal, long At)> RenewAsync(Batch batch, Claimant claimant)
    {
        batch.Add(Now).Add(Renew, claimant.Owner, claimant.Lease.Length);
        await using var results = await batch.SendAsync();
        var at = await results.FirstAsync(row => row.Number());
        var rows = await results.AllAsync(row => (Id: row.Text(), Generation: row.Number(), Cancelled: row.TextOrNull()));
        await results.EndAsync();
        return (new(claimant.Lease, [.. rows.GroupBy(row => (row.Id, row.Generation)).Select(thread => new OwnedThread(
            thread.Key.Id, thread.Key.Generation, [.. thread.Select(row => row.Cancelled).OfType<string>()]))]), at);
    }

    public static async Task<Proceeding> ProceedAsync(Batch batch, string threadId, long generation)
    {
        batch
            .Add(Lock, threadId, generation)
            .Add(ReleaseIfDone, threadId, generation)
            .Add($"{OpenRuns.OfThreads} WHERE t.id = $1 AND t.generation = $2", threadId, generation);
        await using var results = await batch.SendAsync();
        await results.AnyAsync();
        var found = await results.FirstAsync(OpenRuns.ReadRun);
        await results.EndAsync();
        return new(found is null, found?.Run);
    }

    public static async Task<CheckpointVerdict> ReleaseAsync(Batch batch, string threadId, long generation)
    {
        await batch.Add(Release, threadId, generation).RunAsync();
        return batch.Changed(0) > 0 ? CheckpointVerdict.Done : CheckpointVerdict.Stale;
    }

    public static async Task<bool> IsGenerationAsync(Batch batch, string threadId, long generation)
    {
        batch.Add("SELECT 1 FROM threads WHERE id = $1 AND generation = $2", threadId, generation);
        await using var results = await batch.SendAsync();
        var found = await results.AnyAsync();
        await results.EndAsync();
        return found;
    }
}
