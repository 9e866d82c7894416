using System.Globalization;
using System.Net.WebSockets;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// What ASP.NET Core itself offers: its health checks, as many as Gatehouse has nodes and each the cheapest that there can be, and a
// WebSocket that says one thing and waits for the client to close it.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(static (context, kestrel) =>
    kestrel.ListenLocalhost(int.Parse(context.Configuration["PORT"]!, CultureInfo.InvariantCulture)));
var checks = builder.Services.AddHealthChecks();
foreach (var name in new[] { "configuration", "database", "schema", "chat" }) checks.AddCheck(name, static () => HealthCheckResult.Healthy());

await using var app = builder.Build();
app.UseWebSockets();
foreach (var path in new[] { "/startup", "/ready", "/health" }) app.MapHealthChecks(path);
app.MapGet("/allocated", static context => context.Response.WriteAsync(GC.GetTotalAllocatedBytes().ToString(CultureInfo.InvariantCulture)));
app.Map("/ws", static async context =>
{
    using var socket = await context.WebSockets.AcceptWebSocketAsync(context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault());
    await socket.SendAsync("""{"type":"welcome"}"""u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
    var received = await socket.ReceiveAsync(new byte[1024], context.RequestAborted);
    if (received.CloseStatus is { } status) await socket.CloseOutputAsync(status, null, context.RequestAborted);
});
await app.RunAsync();
