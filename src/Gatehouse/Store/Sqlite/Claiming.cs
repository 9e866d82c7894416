namespace Gatehouse.Store.Sqlite;

/// <summary>Who owns a thread, and which run is next.</summary>
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

    public static Proceeding Proceed(SqliteSession session, string threadId, long generation)
    {
        var current = session.First("SELECT generation FROM threads WHERE id = ?1", row => (long?)row.GetInt64(0), threadId);
        if (current != generation) return new(true, null);
        var next = OpenRuns.First(session, threadId);
        if (next is null) session.Execute("UPDATE threads SET owner = NULL WHERE id = ?1", threadId);
        return new(false, next);
    }
}
