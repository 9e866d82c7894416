using Gatehouse.Readiness;
using Npgsql;

namespace Worker;

/// <summary>
/// The table that the worker writes to is there, with the columns it needs. It is looked for in the catalogue, since a history of
/// migrations can lie, and it is not created: a worker that verifies can start before, after or beside the migration.
/// </summary>
internal static class SchemaNode
{
    private static readonly string[] Needed = ["job", "length"];

    public static async Task<CheckResult> HasItsTableAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var database = node.Services.GetRequiredService<NpgsqlDataSource>();
        await using var command = database.CreateCommand(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'results' AND table_schema = ANY (current_schemas(false))");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken)) found.Add(reader.GetString(0));

        if (found.Count == 0) return CheckResult.Failed("table results is missing", PostgresErrorCodes.UndefinedTable);
        var missing = Needed.Except(found).ToList();
        return missing.Count == 0
            ? CheckResult.Healthy
            : CheckResult.Failed($"table results has no column {string.Join(" and no column ", missing)}", PostgresErrorCodes.UndefinedColumn);
    }
}
