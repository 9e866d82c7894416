using Gatehouse.Readiness;
using Gatehouse.Store;
using Gatehouse.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Hosting;

/// <summary>The nodes of the embedded mode. A store that waiting cannot mend is said to be so.</summary>
internal static class EmbeddedChecks
{
    public static Task<CheckResult> DatabaseAsync(NodeContext node, CancellationToken cancellationToken) =>
        Judge(() => node.Services.GetRequiredService<SqliteDatabase>().Check());

    public static Task<CheckResult> SchemaAsync(NodeContext node, CancellationToken cancellationToken) => Judge(() =>
    {
        if (!node.IsMonitoring) node.Services.GetRequiredService<SqliteMigrator>().Migrate();
        node.Services.GetRequiredService<SqliteSchema>().Verify();
    });

    private static Task<CheckResult> Judge(Action check)
    {
        try
        {
            check();
            return Task.FromResult(CheckResult.Healthy);
        }
        catch (StoreException exception)
        {
            return Task.FromResult(CheckResult.Fatal(exception.Message, exception.Fault.ToString()));
        }
    }
}
