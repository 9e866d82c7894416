using System.Globalization;
using Gatehouse;
using Gatehouse.Agents;
using Gatehouse.Bench.Host;

// Gatehouse with one agent, which says fixed tokens at a fixed pace. All else is as it ships.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(static (context, kestrel) =>
    kestrel.ListenLocalhost(int.Parse(context.Configuration["PORT"]!, CultureInfo.InvariantCulture)));
builder.AddGatehouse().AddAgent("paced", static services =>
    new Agent("paced", new PacedChatClient(services.GetRequiredService<TimeProvider>())));

await using var app = builder.Build();
app.MapGatehouse();
await app.RunAsync();
