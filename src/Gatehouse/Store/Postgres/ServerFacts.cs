namespace Gatehouse.Store.Postgres;

/// <summary>What a server says about itself.</summary>
/// <param name="IsReplica">It follows another one.</param>
/// <param name="IsReadOnly">It takes no writes from this user in this database.</param>
internal sealed record ServerFacts(bool IsReplica, bool IsReadOnly, string Encoding, TimeSpan Uptime)
{
    private const string Ask = """
        SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', current_setting('server_encoding'),
            extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::bigint
        """;

    public static async Task<ServerFacts> ReadAsync(Batch batch)
    {
        await using var results = await batch.Add(Ask).SendAsync();
        var facts = await results.FirstAsync(static row => new ServerFacts(row.Flag(), row.Flag(), row.Text(), TimeSpan.FromSeconds(row.Number())));
        await results.EndAsync();
        return facts!;
    }
}
