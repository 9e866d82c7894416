using Gatehouse.Protocol;
using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>How values stand in columns.</summary>
internal static class Rows
{
    /// <summary>The columns that <see cref="Message"/> reads, of a table <c>m</c>.</summary>
    public const string MessageColumns = "m.id, m.role, m.content, m.tool_calls, m.tool_call_id, m.error";

    public static StoredMessage Message(SqliteDataReader row) => MessageAt(row, 0);

    public static StoredMessage MessageAt(SqliteDataReader row, int first) => new(
        row.GetString(first), row.GetString(first + 1), Text(row, first + 2), StoredValues.ToolCalls(Text(row, first + 3)),
        Text(row, first + 4), Text(row, first + 5));

    public static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static bool? Flag(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetBoolean(column);

    public static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static Position Position(SqliteDataReader row, int column) => StoredValues.Position(row.GetInt64(column), row.GetInt64(column + 1));

    /// <summary>Adds a message to a run, at its place.</summary>
    public static void Insert(SqliteSession session, string runId, int step, int part, StoredMessage message, bool open) => session.Execute(
        """
        INSERT INTO messages (run_id, step, part, id, role, content, tool_calls, tool_call_id, error, open)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """,
        runId, step, part, message.Id, message.Role, message.Content, StoredValues.ToolCalls(message.ToolCalls), message.ToolCallId,
        message.Error, open);
}
