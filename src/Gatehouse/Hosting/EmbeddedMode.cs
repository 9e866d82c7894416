using Gatehouse.Log;
using Gatehouse.Readiness;
using Gatehouse.Runs;
using Gatehouse.Store;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Hosting;

/// <summary>One process alone: a SQLite file and a log in memory, with nothing to configure.</summary>
internal static class EmbeddedMode
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton(static s => DataDirectory.Take(s.GetRequiredService<GatehouseOptions>().DataDirectory));
        services.AddSingleton(static s => new SqliteDatabase(s.GetRequiredService<DataDirectory>().DatabaseFile));
        services.AddSingleton<IReadOnlyList<Migration>>(static _ => Migration.For("sqlite"));
        services.AddSingleton<SqliteMigrator>();
        services.AddSingleton<SqliteSchema>();
        services.AddSingleton<SqliteStore>();
        services.AddSingleton<IStore>(static s => s.GetRequiredService<SqliteStore>());
        services.AddSingleton<IOperationsStore>(static s => s.GetRequiredService<SqliteStore>());
        AddMemoryLog(services);
        services.AddReadiness(static graph => graph
            .Node("database", EmbeddedChecks.DatabaseAsync, after: ["configuration"])
            .Node("schema", EmbeddedChecks.SchemaAsync, after: ["database"])
            .Node("chat", CommonChecks.ChatAsync, after: ["schema", "agents"]));
    }

    /// <summary>The log of an instance that is alone.</summary>
    public static void AddMemoryLog(IServiceCollection services)
    {
        services.AddSingleton<IConversationLog>(static s =>
        {
            var options = s.GetRequiredService<GatehouseOptions>();
            return new MemoryConversationLog(s.GetRequiredService<TimeProvider>(), options.LogWindow, options.LogKeep);
        });
        services.AddSingleton<ISignals, NoSignals>();
    }

    /// <exception cref="GatehouseStartException">The data directory is held by another process, or cannot be used.</exception>
    public static void TakeDirectory(IServiceProvider services)
    {
        try
        {
            _ = services.GetRequiredService<DataDirectory>();
        }
        catch (StoreException exception)
        {
            throw new GatehouseStartException($"{exception.Message} Set Data:Directory to another one.", exception.Fault is StoreFault.DirectoryInUse, exception);
        }
    }
}
