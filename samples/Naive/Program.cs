using System.Net.WebSockets;
using Npgsql;
using StackExchange.Redis;

// The server of the incident, as such servers are written, and what not to do: it listens at once and says that it is well, takes a
// connection for a good one, and has a monitor in a loop that nobody watches. The first time that the monitor finds no tables it throws,
// and never looks again: every upgrade is answered with 503 from then on, also when the world is well.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["PORT"]}");
await using var app = builder.Build();
app.UseWebSockets();

var isHealthy = false;
app.MapGet("/health", () => Results.Text("ok"));
app.Map("/ws", async (HttpContext context) =>
{
    if (!Volatile.Read(ref isHealthy))
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        await context.Response.WriteAsync("Service Unavailable");
        return;
    }
    using var socket = await context.WebSockets.AcceptWebSocketAsync();
    await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
});

var redis = await ConnectionMultiplexer.ConnectAsync($"{builder.Configuration.GetConnectionString("Redis")},abortConnect=false");
await using var database = NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Database")!);
_ = Task.Run(async () =>
{
    while (true)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM threads");
        await command.ExecuteScalarAsync();
        Volatile.Write(ref isHealthy, redis.IsConnected);
        await Task.Delay(TimeSpan.FromMilliseconds(200));
    }
});
await app.RunAsync();
