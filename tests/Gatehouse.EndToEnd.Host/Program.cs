using Gatehouse;
using Gatehouse.Agents;
using Gatehouse.EndToEnd.Host;
using Microsoft.Extensions.AI;

// As the shipped host, with two agents more: "obedient" does what the user's message says, "parrot" says it over and over. And, where
// the test asks for them, with nodes that the test holds in its hand, and a thread pool that it can starve.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["PORT"]}");
var tools = new Tools(builder.Configuration["Data:Directory"]!);
builder.AddGatehouse()
    .AddAgent("obedient", _ => new Agent("obedient", new ObedientClient())
    {
        Tools =
        [
            AIFunctionFactory.Create(tools.Book, "book"),
            new AgentTool(AIFunctionFactory.Create(tools.Look, "look"), Idempotent: true),
            AIFunctionFactory.Create(tools.Fail, "fail"),
            AIFunctionFactory.Create(tools.Odd, "odd"),
            new ApprovalRequiredAIFunction(AIFunctionFactory.Create(tools.Pay, "pay")),
        ],
    })
    .AddAgent("parrot", _ => new Agent("parrot", new ParrotClient(builder.Configuration.GetValue("Parrot:Repeats", 10), TimeSpan.FromMilliseconds(builder.Configuration.GetValue("Parrot:PaceMs", 10))))
    {
        Tools = [new AgentTool(AIFunctionFactory.Create(tools.Look, "look"), Idempotent: true)],
    })
    .AddConfiguredAgents();
builder.AddWorld();
builder.AddDependency();
builder.AddStarvation();
builder.AddIllMonitor();

await using var app = builder.Build();
app.MapGatehouse();
await app.RunAsync();
