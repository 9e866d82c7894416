using Microsoft.Data.Sqlite;

namespace Gatehouse.Browser.Tests;

/// <summary>Reads the server's database file from outside, as SQLite has it.</summary>
internal static class StoredThread
{
    /// <summary>The messages of a thread, in order.</summary>
    public static IReadOnlyList<Said> Messages(string databaseFile, string threadId)
    {
        using var connection = Open(databaseFile);
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT m.id, m.role, coalesce(m.content, '') FROM agent_executions r JOIN messages m ON m.run_id = r.id
            WHERE r.thread_id = $thread ORDER BY r.ordinal, m.step, m.part
            """;
        command.Parameters.AddWithValue("$thread", threadId);
        using var row = command.ExecuteReader();
        var messages = new List<Said>();
        while (row.Read()) messages.Add(new(row.GetString(0), row.GetString(1), row.GetString(2)));
        return messages;
    }

    /// <summary>The states of a thread's runs, in order; of a server that is dead, whose files are left as they are.</summary>
    public static IReadOnlyList<string> RunStatesLeftBehind(string databaseFile, string threadId)
    {
        var copy = Directory.CreateTempSubdirectory("gatehouse-copy-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(databaseFile)!, $"{Path.GetFileName(databaseFile)}*"))
                File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
            using var connection = Open(Path.Combine(copy.FullName, Path.GetFileName(databaseFile)), SqliteOpenMode.ReadWrite);
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT state FROM agent_executions WHERE thread_id = $thread ORDER BY ordinal";
            command.Parameters.AddWithValue("$thread", threadId);
            using var row = command.ExecuteReader();
            var states = new List<string>();
            while (row.Read()) states.Add(row.GetString(0));
            return states;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode = SqliteOpenMode.ReadOnly)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }
}
