using System.Globalization;
using Gatehouse.Bench.SignalR;

// The chat of the benchmark on SignalR: groups instead of threads, nothing stored, nothing resumed. With the address of a Redis it is one of
// several that share their groups by SignalR's own backplane.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(static (context, kestrel) =>
    kestrel.ListenLocalhost(int.Parse(context.Configuration["PORT"]!, CultureInfo.InvariantCulture)));
var signalR = builder.Services.AddSignalR();
if (builder.Configuration.GetConnectionString("Redis") is { Length: > 0 } redis) signalR.AddStackExchangeRedis(redis);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Answers>();

var app = builder.Build();
app.MapGet("/startup", static () => Results.Ok());
app.MapHub<ChatHub>("/chat");
await app.RunAsync();
