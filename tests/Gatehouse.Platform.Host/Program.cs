using Gatehouse.Platform.Host;

// Does its work in rounds, and shows it at GET /work. POST /break brings out its bug, until POST /mend:
//   Gatehouse.Platform.Host SCENARIO PORT
var builder = WebApplication.CreateSlimBuilder();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[1]}");
builder.Services.AddSingleton<BuggyWork>();

await using var app = args[0] switch
{
    "background-service" => StockService.Build(builder, BackgroundServiceExceptionBehavior.StopHost),
    "background-service-ignored" => StockService.Build(builder, BackgroundServiceExceptionBehavior.Ignore),
    "timer" => StockTimer.Build(builder),
    "node" => SupervisedWork.Build(builder),
    "callbacks" => SupervisedCallbacks.Build(builder),
    var unknown => throw new ArgumentException(
        $"'{unknown}' is no scenario; there are background-service, background-service-ignored, timer, node and callbacks."),
};
app.MapPost("/break", (BuggyWork work) => work.Break());
app.MapPost("/mend", (BuggyWork work) => work.Mend());
await app.RunAsync();
