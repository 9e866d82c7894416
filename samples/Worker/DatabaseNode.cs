using Gatehouse.Readiness;
using Npgsql;

namespace Worker;

/// <summary>PostgreSQL takes our connection. What it throws becomes the node's reason, with its SQLSTATE as signature.</summary>
internal static class DatabaseNode
{
    public static async Task<CheckResult> ConnectsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var database = node.Services.GetRequiredService<NpgsqlDataSource>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(cancellationToken);
        return CheckResult.Healthy;
    }
}
