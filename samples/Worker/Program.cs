using Gatehouse.Readiness;
using Npgsql;
using Worker;

// Takes jobs from a list in Redis and writes their results into a table in PostgreSQL. It takes none before it has proved that it
// can do one, and says meanwhile what it waits for:
//   ConnectionStrings__Database="Host=localhost;Username=me;Password=…" ConnectionStrings__Redis=localhost dotnet run --project samples/Worker
//   curl localhost:8081/startup
//   psql -c 'CREATE TABLE results (job text PRIMARY KEY, length integer NOT NULL)'
//   redis-cli lpush jobs "how long is this?"
var builder = Host.CreateApplicationBuilder(args);
var settings = WorkerSettings.From(builder.Configuration);

builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(settings.Database));
builder.Services.AddSingleton(services => new RedisConnection(settings.Redis, services.GetRequiredService<ILogger<RedisConnection>>()));
builder.Services.AddSingleton<JobLoop>();

builder.Services.AddReadiness(graph => graph
    .Node("database", DatabaseNode.ConnectsAsync)
    .Node("schema", SchemaNode.HasItsTableAsync, after: ["database"], retry: Retry.Every(TimeSpan.FromMilliseconds(500)))
    .Node("redis", RedisNode.RoundTripsAsync, stop: RedisNode.CloseAsync,
        stable: Stability.Unbroken(settings.RedisWindow, services => services.GetRequiredService<RedisConnection>().Events))
    .Node("work", WorkNode.WorksAsync, after: ["schema", "redis"], stop: WorkNode.StopAsync,
        policy: new() { Pace = TimeSpan.FromSeconds(1) }));
builder.Services.AddReadinessProbes(settings.ProbePort);

await builder.Build().RunAsync();
