using Microsoft.Data.Sqlite;

namespace Gatehouse.Store.Sqlite;

/// <summary>Incidents.</summary>
internal static class OperatorsView
{
    private const string SaveNewer = """
        INSERT INTO incidents (id, opened_at, version, body) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body WHERE incidents.version < excluded.version
        """;

    public static int Save(SqliteSession session, StoredIncident incident) =>
        session.Execute(SaveNewer, incident.Id, incident.OpenedAt.ToUnixTimeMilliseconds(), incident.Version, incident.Body);

    public static IReadOnlyList<StoredIncident> Newest(SqliteSession session, DateTimeOffset? before, int limit) => session.All(
        "SELECT id, opened_at, version, body FROM incidents WHERE opened_at < ?1 ORDER BY opened_at DESC, id DESC LIMIT ?2",
        Read, before?.ToUnixTimeMilliseconds() ?? long.MaxValue, (long)limit);

    public static StoredIncident? One(SqliteSession session, string id) =>
        session.First("SELECT id, opened_at, version, body FROM incidents WHERE id = ?1", Read, id);

    private static StoredIncident Read(SqliteDataReader row) =>
        new(row.GetString(0), DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(1)), row.GetInt64(2), row.GetString(3));
}
