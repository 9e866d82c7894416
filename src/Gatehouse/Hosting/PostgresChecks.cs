using Gatehouse.Readiness;
using Gatehouse.Store;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Hosting;

/// <summary>The nodes of the distributed mode that ask PostgreSQL. A missing schema is waited for; one that is too new is said to be so.</summary>
internal static class PostgresChecks
{
    /// <summary>Whether PostgreSQL lets somebody new in and takes writes. The store's own connections would not tell: they are in already.</summary>
    public static async Task<CheckResult> DatabaseAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var database = node.Services.GetRequiredService<PostgresDatabase>();
        try
        {
            var server = await database.AskServerAsync(cancellationToken);
            if (server.Encoding != "UTF8") return Fatal(PostgresReason.WrongEncoding(database.Address, server.Encoding));
            return server.IsReadOnly ? Failed(PostgresReason.ReadOnly(database.Address, server.IsReplica)) : CheckResult.HealthyPeer(server.Uptime);
        }
        catch (Exception exception) when (PostgresFault.IsTheWorlds(exception))
        {
            return Failed(PostgresReason.Of(exception, database.Address));
        }
    }

    /// <summary>Whether the schema is what this build needs. Ask every 500 ms while it is not, so that the door opens within a second.</summary>
    public static async Task<CheckResult> SchemaAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var schema = node.Services.GetRequiredService<PostgresSchema>();
        try
        {
            var (state, reason, signature) = await schema.VerifyAsync(cancellationToken);
            return state switch
            {
                SchemaState.Good => CheckResult.Healthy,
                SchemaState.TooNew or SchemaState.OtherHistory => CheckResult.Fatal(reason!, signature),
                _ => CheckResult.Failed(reason!, signature),        // a migration, or a restore, may be under way
            };
        }
        catch (Exception exception) when (exception is StoreException { Fault: StoreFault.Away } || PostgresFault.IsTheWorlds(exception))
        {
            var address = node.Services.GetRequiredService<PostgresDatabase>().Address;
            return Failed(PostgresReason.Of(exception is StoreException ? exception.InnerException! : exception, address));
        }
    }

    private static CheckResult Failed(PostgresReason reason) => CheckResult.Failed(reason.Text, reason.Signature);

    private static CheckResult Fatal(PostgresReason reason) => CheckResult.Fatal(reason.Text, reason.Signature);
}
