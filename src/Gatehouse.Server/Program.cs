using Gatehouse;
using Gatehouse.Server;

if (StartUp.Job(args) is { } job) return await job;

// The shipped host: nothing here that a host of your own could not do. See samples/ for one with its own agent and tool.
return await StartUp.RunAsync(async () =>
{
    var builder = StartUp.CreateBuilder(args);
    builder.Configuration.Sources.Insert(0, StartUp.Defaults);
    builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(StartUp.Port(builder.Configuration)));
    builder.AddGatehouse().AddConfiguredAgents();

    await using var app = builder.Build();
    app.MapGatehouse();
    await app.RunAsync();
});
