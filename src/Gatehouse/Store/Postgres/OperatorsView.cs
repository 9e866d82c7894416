namespace Gatehouse.Store.Postgres;

/// <summary>Incidents and instances.</summary>
internal static class OperatorsView
{
    private const string Save = """
        INSERT INTO incidents (id, opened_at, version, body) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET version = EXCLUDED.version, body = EXCLUDED.body WHERE incidents.version < EXCLUDED.version
        """;

    private const string SayAlive = """
        INSERT INTO instances (id, revision, started_at, seen_at, body) VALUES ($1, $2, $3, clock_timestamp(), $4)
        ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at, body = EXCLUDED.body
        """;

    private const string ForgetSilent = "DELETE FROM instances WHERE seen_at < clock_timestamp() - interval '1 day'";

    private const string Alive = """
        SELECT id, revision, started_at, body, (extract(epoch FROM clock_timestamp() - seen_at) * 1000)::bigint
        FROM instances WHERE seen_at > clock_timestamp() - $1 ORDER BY started_at, id
        """;

    public static async Task<bool> SaveAsync(Batch batch, StoredIncident incident)
    {
        await batch.Add(Save, incident.Id, incident.OpenedAt.ToUnixTimeMilliseconds(), incident.Version, incident.Body).RunAsync();
        return true;
    }

    public static async Task<IReadOnlyList<StoredIncident>> NewestAsync(Batch batch, DateTimeOffset? before, int limit)
    {
        batch.Add("SELECT id, opened_at, version, body FROM incidents WHERE opened_at < $1 ORDER BY opened_at DESC, id DESC LIMIT $2",
            before?.ToUnixTimeMilliseconds() ?? long.MaxValue, (long)limit);
        await using var results = await batch.SendAsync();
        var incidents = await results.AllAsync(Read);
        await results.EndAsync();
        return incidents;
    }

    public static async Task<StoredIncident?> OneAsync(Batch batch, string id)
    {
        batch.Add("SELECT id, opened_at, version, body FROM incidents WHERE id = $1", id);
        await using var results = await batch.SendAsync();
        var incident = await results.FirstAsync(Read);
        await results.EndAsync();
        return incident;
    }

    public static async Task<bool> SayAliveAsync(Batch batch, StoredInstance instance)
    {
        batch.Add(SayAlive, instance.Id, instance.Revision, instance.StartedAt.ToUnixTimeMilliseconds(), instance.Body);
        await batch.Add(ForgetSilent).RunAsync();
        return true;
    }

    public static async Task<bool> SayGoneAsync(Batch batch, string id)
    {
        await batch.Add("DELETE FROM instances WHERE id = $1", id).RunAsync();
        return true;
    }

    public static async Task<IReadOnlyList<(StoredInstance, TimeSpan)>> AliveAsync(Batch batch, TimeSpan within)
    {
        batch.Add(Alive, within);
        await using var results = await batch.SendAsync();
        var instances = await results.AllAsync(static row => (
            new StoredInstance(row.Text(), row.Text(), DateTimeOffset.FromUnixTimeMilliseconds(row.Number()), row.Text()),
            TimeSpan.FromMilliseconds(row.Number())));
        await results.EndAsync();
        return instances;
    }

    private static StoredIncident Read(Row row) => new(row.Text(), DateTimeOffset.FromUnixTimeMilliseconds(row.Number()), row.Number(), row.Text());
}
