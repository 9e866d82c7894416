using Npgsql;
using StackExchange.Redis;

namespace Gatehouse.EndToEnd.Host;

/// <summary>
/// The server of the incident, as such servers are written: it listens at once, takes a connection for a good one, and has a monitor in a
/// loop that nobody watches. The first time that the monitor finds no tables it throws, and never looks again.
/// </summary>
internal static class NaiveServer
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    private static volatile bool _isHealthy;

    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["PORT"]}");
        await using var app = builder.Build();
        app.UseWebSockets();
        app.Map("/ws", AcceptAsync);
        var redis = await ConnectionMultiplexer.ConnectAsync($"{builder.Configuration.GetConnectionString("Redis")},abortConnect=false");
        await using var database = NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Database")!);
        _ = Task.Run(() => MonitorAsync(database, redis));
        await app.RunAsync();
    }

    private static async Task MonitorAsync(NpgsqlDataSource database, ConnectionMultiplexer redis)
    {
        while (true)
        {
            await using var command = database.CreateCommand("SELECT count(*) FROM threads");
            await command.ExecuteScalarAsync();
            _isHealthy = redis.IsConnected;
            await Task.Delay(Look);
        }
    }

    private static async Task AcceptAsync(HttpContext context)
    {
        if (!_isHealthy)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("Service Unavailable");
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }
}
