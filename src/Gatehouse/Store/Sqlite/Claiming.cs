namespace Gatehouse.Store.Sqlite;

/// <summary>Who owns a thread, and which run is next. One process has the file to itself, so there are no leases: another owner is gone.</summary>
internal static class Claiming
{
    public static Claim? Take(SqliteSession session, string threadId, string owner)
    {
        var thread = session.First(
            "SELECT owner, generation, seq, digest FROM threads WHERE id = ?1",
            row => new { Released = row.IsDBNull(0), Generation = row.GetInt64(1), Position = Rows.Position(row, 2) },
            threadId);
        if (thread is null) return null;
        var generation = thread.Generation + 1;
        session.Execute("UPDATE threads SET owner = ?2, generation = ?3 WHERE id = ?1", threadId, owner, generation);
        return new(threadId, generation, thread.Position, thread.Released, OpenRuns.First(session, threadId));
    }

    public static IReadOnlyList<Claim> TakeOver(SqliteSession session, string owner, int limit) =>
    [
        .. session.All(
            """
            SELECT t.id FROM threads t
            WHERE t.id IN (SELECT thread_id FROM agent_executions WHERE state <> 'closed') AND t.owner IS NOT ?1
            ORDER BY t.updated_at, t.id LIMIT ?2
            """,
            row => row.GetString(0), owner, limit).Select(threadId => Take(session, threadId, owner)!),
    ];

    public static CheckpointVerdict Release(SqliteSession session, string threadId, long generation)
    {
        if (Generation(session, threadId) != generation) return CheckpointVerdict.Stale;
        session.Execute("UPDATE threads SET owner = NULL WHERE id = ?1", threadId);
        return CheckpointVerdict.Done;
    }

    public static Renewal Owned(SqliteSession session, string owner)
    {
        var threads = session.All(
            """
            SELECT t.id, t.generation, r.id FROM threads t
            LEFT JOIN agent_executions r ON r.thread_id = t.id AND r.state <> 'closed' AND r.cancel_requested = 1
            WHERE t.owner = ?1 ORDER BY t.id, r.ordinal
            """,
            row => (Id: row.GetString(0), Generation: row.GetInt64(1), Cancelled: Rows.Text(row, 2)), owner);
        return new(null, [.. threads.GroupBy(row => (row.Id, row.Generation)).Select(thread => new OwnedThread(
            thread.Key.Id, thread.Key.Generation, [.. thread.Select(row => row.Cancelled).OfType<string>()]))]);
    }

    public static Proceeding Proceed(SqliteSession session, string threadId, long generation)
    {
        if (Generation(session, threadId) != generation) return new(true, null);
        var next = OpenRuns.First(session, threadId);
        if (next is null) session.Execute("UPDATE threads SET owner = NULL WHERE id = ?1", threadId);
        return new(false, next);
    }

    private static long? Generation(SqliteSession session, string threadId) =>
        session.First("SELECT generation FROM threads WHERE id = ?1", row => (long?)row.GetInt64(0), threadId);
}
