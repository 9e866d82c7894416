using System.Globalization;
using Gatehouse.Protocol;

namespace Gatehouse.Store.Sqlite;

/// <summary>All threads: those a user sees, and those that need an owner.</summary>
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
    public static ThreadPage Page(SqliteSession session, string? before, int limit)
    {
        if (!TryParse(before, out var updatedAt, out var id)) return new([], null);
        var threads = session.All(
            Newest,
            row => new ThreadSummary(row.GetString(0), row.GetString(1), row.GetInt64(2), row.GetBoolean(3) ? true : null),
            updatedAt, id, limit + 1L);
        if (threads.Count <= limit) return new(threads, null);
        threads.RemoveAt(limit);
        var last = threads[^1];
        return new(threads, string.Create(CultureInfo.InvariantCulture, $"{last.UpdatedAt}.{last.ThreadId}"));
    }

    private static bool TryParse(string? next, out long updatedAt, out string id)
    {
        (updatedAt, id) = (long.MaxValue, "");
        if (next is null) return true;
        var dot = next.IndexOf('.', StringComparison.Ordinal);
        if (dot < 1 || !long.TryParse(next.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out updatedAt)) return false;
        id = next[(dot + 1)..];
        return true;
    }
}
