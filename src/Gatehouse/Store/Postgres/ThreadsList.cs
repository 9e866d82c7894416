using Gatehouse.Protocol;

namespace Gatehouse.Store.Postgres;

/// <summary>The threads that a user sees.</summary>
internal static class ThreadsList
{
    // A run that is closing has been decided, and who has seen its end must not be told that it goes on.
    private const string Newest = """
        SELECT t.id, t.title, t.updated_at,
            EXISTS (SELECT 1 FROM agent_executions r WHERE r.thread_id = t.id AND r.state <> 'closed' AND r.state <> 'closing')
        FROM threads t
        WHERE NOT t.selftest AND (t.updated_at, t.id) < ($1, $2)
        ORDER BY t.updated_at DESC, t.id DESC LIMIT $3
        """;

    /// <param name="before">A <see cref="ThreadPage.Next"/>; after anything else there is nothing.</param>
    public static async Task<ThreadPage> PageAsync(Batch batch, string? before, int limit)
    {
        if (!PageKey.TryParse(before, out var key)) return new([], null);
        batch.Add(Newest, key.UpdatedAt, key.ThreadId, limit + 1L);
        await using var results = await batch.SendAsync();
        var threads = await results.AllAsync(static row => new ThreadSummary(row.Text(), row.Text(), row.Number(), row.Flag() ? true : null));
        await results.EndAsync();
        return PageKey.Cut(threads, limit);
    }
}
