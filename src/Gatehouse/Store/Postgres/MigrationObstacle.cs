namespace Gatehouse.Store.Postgres;

/// <summary>What would stop the migrations that are to come, as a dry run can see it without trying.</summary>
/// <param name="MayCreate">Whether this user may make tables where they would be made.</param>
/// <param name="Table">One of our tables that is there already; empty if none is.</param>
internal readonly record struct MigrationObstacle(bool MayCreate, string Table)
{
    private const string Sql = """
        SELECT coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
            coalesce((
                SELECT min(c.relname::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = current_schema() AND c.relname = ANY ($1)), '')
        """;

    public static async Task<MigrationObstacle> LookAsync(Batch batch)
    {
        string[] tables = [.. SchemaObject.Required.Where(each => each.IsTable).Select(each => each.Name)];
        await using var results = await batch.Add(Sql, tables).SendAsync();
        var found = await results.FirstAsync(static row => new MigrationObstacle(row.Flag(), row.Text()));
        await results.EndAsync();
        return found;
    }
}
