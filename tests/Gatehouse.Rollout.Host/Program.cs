using Gatehouse;
using Gatehouse.Agents;
using Gatehouse.Rollout.Host;

// As the shipped host, with an agent that needs no model; and, where the test asks for it, with what is wrong with a bad candidate.
var fault = Fault.OfEnvironment();
await fault.BeforeListeningAsync();
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["PORT"]}");
builder.AddGatehouse().AddAgent("speaking", _ => new Agent("speaking", new SpeakingClient(fault)));

await using var app = builder.Build();
fault.Begin(app);
app.MapGatehouse();
await app.RunAsync();
