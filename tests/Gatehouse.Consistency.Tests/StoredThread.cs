using Npgsql;

namespace Gatehouse.Consistency;

/// <summary>A message as the database has it, with its run.</summary>
internal sealed record StoredMessage(string Id, string Role, string Content, string RunId);

/// <summary>A thread as the database has it, read by SQL.</summary>
internal sealed record StoredThread(IReadOnlyList<StoredMessage> Messages, IReadOnlyDictionary<string, string> RunStates)
{
    public static async Task<StoredThread> ReadAsync(NpgsqlDataSource database, string threadId)
    {
        var messages = new List<StoredMessage>();
        await using (var read = database.CreateCommand(
            """
            SELECT m.id, m.role, coalesce(m.content, ''), m.run_id FROM messages m JOIN agent_executions e ON e.id = m.run_id
            WHERE e.thread_id = $1 ORDER BY e.ordinal, m.step, m.part
            """))
        {
            read.Parameters.Add(new() { Value = threadId });
            await using var rows = await read.ExecuteReaderAsync();
            while (await rows.ReadAsync()) messages.Add(new(rows.GetString(0), rows.GetString(1), rows.GetString(2), rows.GetString(3)));
        }
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var read = database.CreateCommand("SELECT id, state FROM agent_executions WHERE thread_id = $1"))
        {
            read.Parameters.Add(new() { Value = threadId });
            await using var rows = await read.ExecuteReaderAsync();
            while (await rows.ReadAsync()) states[rows.GetString(0)] = rows.GetString(1);
        }
        return new(messages, states);
    }

    /// <summary>Runs of all threads that have not been closed.</summary>
    public static async Task<long> OpenRunsAsync(NpgsqlDataSource database)
    {
        await using var read = database.CreateCommand("SELECT count(*) FROM agent_executions WHERE state <> 'closed'");
        return (long)(await read.ExecuteScalarAsync())!;
    }
}
