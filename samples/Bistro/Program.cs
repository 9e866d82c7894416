using Bistro;
using Gatehouse;
using Gatehouse.Agents;
using Microsoft.Extensions.AI;

// A host of your own: your agent, your tools in C#, and everything else is Gatehouse.
//   dotnet run --project samples/Bistro      then open http://localhost:8000 and say "order soup" or "pay"
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(builder.Configuration.GetValue("PORT", 8000)));

builder.AddGatehouse().AddAgent("waiter", services => new Agent("waiter", new Waiter())
{
    Description = "Takes orders and the bill.",
    Tools =
    [
        // May be asked again: it only reads.
        new AgentTool(Tool("menu", Kitchen.Menu), Idempotent: true),
        // Must not run twice by itself: if the server dies while it runs, the guest is asked.
        Tool("order", services.GetRequiredService<Kitchen>().OrderAsync),
        // Is never run without the guest's approval.
        new ApprovalRequiredAIFunction(Tool("pay", Kitchen.Pay)),
    ],
});
builder.Services.AddSingleton<Kitchen>();

var app = builder.Build();
app.MapGatehouse();
app.Run();

// The JSON context makes the tools' arguments and answers work in a native binary, where there is no reflection.
static AIFunction Tool(string name, Delegate method) =>
    AIFunctionFactory.Create(method, name, serializerOptions: ToolJson.Options);
