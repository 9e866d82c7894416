using Gatehouse.Protocol;

namespace Gatehouse.Store.Sqlite;

/// <summary>The threads that a user sees.</summary>
internal static class ThreadsList
{
    // A run that is closing has been decided, and who has seen its end must not be told that it goes on.
    private const string Newest = """
        SELECT t.id, t.title, t.updated_at,
            EXISTS (SELECT 1 FROM agent_executions r WHERE r.thread_id = t.id AND r.state <> 'closed' AND r.state <> 'closing')
        FROM threads t
        WHERE t.selftest = 0 AND (t.updated_at, t.id) < (?1, ?2)
        ORDER BY t.updated_at DESC, t.id DESC LIMIT ?3
        """;

    /// <param name="before">A <see cref="ThreadPage.Next"/>; after anything else there is nothing.</param>
    public static ThreadPage Page(SqliteSession session, string? before, int limit) => PageKey.TryParse(before, out var key)
        ? PageKey.Cut(
            session.All(
                Newest,
                row => new ThreadSummary(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3) ? true : null),
                key.UpdatedAt, key.ThreadId, limit + 1L),
            limit)
        : new([], null);
}
