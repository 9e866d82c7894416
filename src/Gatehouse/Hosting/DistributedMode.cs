using Gatehouse.Log;
using Gatehouse.Log.Redis;
using Gatehouse.Operations.Incidents;
using Gatehouse.Readiness;
using Gatehouse.Runs;
using Gatehouse.Store;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Hosting;

/// <summary>
/// Any number of instances that share a PostgreSQL and, to hear one another, a Redis. Without Redis one instance alone may use the
/// database; the node <c>instances</c> sees to that.
/// </summary>
internal static class DistributedMode
{
    // A migration that lands opens the door within a second, the proof of the chat included.
    private static readonly Retry Soon = Retry.Every(TimeSpan.FromMilliseconds(250));

    // The store and the log come back soon or not at all; meanwhile newcomers are held, and open sockets stay.
    private static readonly NodePolicy Held = new() { WhenDown = WhenDown.Hold };

    public static void Add(IServiceCollection services, GatehouseOptions options)
    {
        AddStore(services, options);
        if (options.Redis is null) EmbeddedMode.AddMemoryLog(services);
        else AddRedis(services, options);
        services.AddReadiness(graph =>
        {
            graph
                .Node("database", PostgresChecks.DatabaseAsync, after: ["configuration"], retry: Soon, policy: Held)
                .Node("instances", static (node, stop) => node.Services.GetRequiredService<SharedUse>().CheckAsync(stop),
                    after: ["database"], retry: Soon, policy: Held)
                .Node("schema", PostgresChecks.SchemaAsync, after: ["database"], retry: Soon, policy: Held);
            if (options.Redis is not null)
                graph.Node("redis", static (node, stop) => node.Services.GetRequiredService<RedisCheck>().CheckAsync(stop),
                    after: ["configuration"], policy: Held,
                    stable: Stability.Unbroken(TimeSpan.FromSeconds(10), static services => services.GetRequiredService<RedisConnection>().Events));
            Edge[] before = ["schema", "instances", "agents"];
            graph.Node("chat", CommonChecks.ChatAsync, after: options.Redis is null ? before : [.. before, "redis"], policy: Held);
        });
    }

    private static void AddStore(IServiceCollection services, GatehouseOptions options)
    {
        services.AddSingleton(options.Database!);
        services.AddSingleton<PostgresDatabase>();
        services.AddSingleton(static s => new PostgresSchema(
            s.GetRequiredService<PostgresDatabase>(), Migration.For("postgres"), SchemaObject.Required));
        services.AddSingleton(static s => new SharedUse(s.GetRequiredService<PostgresAddress>(), alone: s.GetRequiredService<GatehouseOptions>().Redis is null));
        services.AddSingleton(static s => new PostgresStore(
            s.GetRequiredService<PostgresDatabase>(), s.GetRequiredService<GatehouseOptions>().Lease, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(static s => new RecycledClient("database", _ => s.GetRequiredService<PostgresDatabase>().Recycle()));
        services.AddSingleton<IStore>(static s => s.GetRequiredService<PostgresStore>());
        services.AddSingleton<IOperationsStore>(static s => s.GetRequiredService<PostgresStore>());
    }

    private static void AddRedis(IServiceCollection services, GatehouseOptions options)
    {
        services.AddSingleton(options.Redis!);
        services.AddSingleton(new RedisNames(database: options.Redis!.Database));
        services.AddSingleton<RedisTimings>();
        services.AddSingleton<RedisConnection>();
        services.AddSingleton(static s => new RecycledClient("redis", why => s.GetRequiredService<RedisConnection>().Renew(why)));
        services.AddSingleton<RedisSubscriptions>();
        services.AddSingleton<RedisCheck>();
        services.AddSingleton<IConversationLog>(static s =>
        {
            var options = s.GetRequiredService<GatehouseOptions>();
            return new RedisConversationLog(
                s.GetRequiredService<RedisConnection>(), s.GetRequiredService<RedisSubscriptions>(), s.GetRequiredService<RedisNames>(),
                options.LogWindow, options.LogKeep);
        });
        services.AddSingleton<RedisSignals>();
        services.AddSingleton<ISignals>(static s => s.GetRequiredService<RedisSignals>());
        services.AddSingleton<IHostedService, SignalsHeard>();
    }
}
