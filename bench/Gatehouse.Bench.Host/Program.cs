using System.Globalization;
using Gatehouse;
using Gatehouse.Agents;
using Gatehouse.Bench.Host;
using Gatehouse.Bench.Host.Inside;
using Gatehouse.Hosting;

if (args is ["inside", var measure, var size]) return await InsideMeasures.RunAsync(measure, size);
if (args is ["migrate", .. var rest])
    return await GatehouseMigrations.RunAsync(
        rest, static left => WebApplication.CreateSlimBuilder(left).Configuration, Console.Out, Console.Error, CancellationToken.None);

// Gatehouse with one agent, which says fixed tokens at a fixed pace, and, where it is asked for, one node that ails. All else is as it ships.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(static (context, kestrel) =>
    kestrel.ListenLocalhost(int.Parse(context.Configuration["PORT"]!, CultureInfo.InvariantCulture)));
builder.AddGatehouse().AddAgent("paced", static services =>
    new Agent("paced", new PacedChatClient(services.GetRequiredService<TimeProvider>())));
World.Add(builder);

await using var app = builder.Build();
app.MapGatehouse();
World.Map(app);
await app.RunAsync();
return 0;
