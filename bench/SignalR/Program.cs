using System.Globalization;
using Gatehouse.Bench.SignalR;

// The chat of the benchmark on SignalR: groups instead of threads, nothing stored, nothing resumed.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(static (context, kestrel) =>
    kestrel.ListenLocalhost(int.Parse(context.Configuration["PORT"]!, CultureInfo.InvariantCulture)));
builder.Services.AddSignalR();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<Answers>();

var app = builder.Build();
app.MapGet("/startup", static () => Results.Ok());
app.MapHub<ChatHub>("/chat");
await app.RunAsync();
