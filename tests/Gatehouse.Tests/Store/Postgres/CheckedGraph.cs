using Gatehouse.Hosting;
using Gatehouse.Readiness;
using Gatehouse.Store.Migrations;
using Gatehouse.Store.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gatehouse.Tests.Store.Postgres;

/// <summary>A host whose graph has the nodes of PostgreSQL alone, as a server declares them.</summary>
internal sealed class CheckedGraph : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly IHost _host;

    private CheckedGraph(IHost host) => _host = host;

    private ReadinessGraph Readiness => _host.Services.GetRequiredService<ReadinessGraph>();

    public static async Task<CheckedGraph> StartAsync(string connectionString)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(PostgresStores.Address(connectionString));
        builder.Services.AddSingleton<PostgresDatabase>();
        builder.Services.AddSingleton(static services => new PostgresSchema(
            services.GetRequiredService<PostgresDatabase>(), Migration.For("postgres"), SchemaObject.Required));
        builder.Services.AddReadiness(static graph => graph
            .Node("database", PostgresChecks.DatabaseAsync)
            .Node("schema", PostgresChecks.SchemaAsync, after: ["database"], retry: Retry.Every(TimeSpan.FromMilliseconds(500))));
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    /// <summary>Waits for a node to stand as it is asked for.</summary>
    public async Task<NodeSnapshot> UntilAsync(string node, Func<NodeSnapshot, bool> stands)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var snapshot in Readiness.WatchAsync(patience.Token))
            if (snapshot.Find(node) is { } found && stands(found)) return found;
        throw new InvalidOperationException("The graph has ended.");
    }

    /// <summary>Waits for the first verdict on a node that is not a good one.</summary>
    public Task<NodeSnapshot> FailureAsync(string node) => UntilAsync(node, found => found.Reason is not null);

    public Task ReadyAsync() => Readiness.WhenReadyAsync().WaitAsync(Patience);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
