namespace Gatehouse.Platform.Host;

/// <summary>Traps 7 and 8: the work as a <see cref="BackgroundService"/>, with either of the behaviours that the platform offers.</summary>
internal sealed class StockService(BuggyWork work) : BackgroundService
{
    public static WebApplication Build(WebApplicationBuilder builder, BackgroundServiceExceptionBehavior behaviour)
    {
        builder.Services.Configure<HostOptions>(host => host.BackgroundServiceExceptionBehavior = behaviour);
        builder.Services.AddSingleton<StockService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StockService>());
        builder.Services.AddHealthChecks();
        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapGet("/work", (BuggyWork work, StockService service) => new { work.Rounds, HasEnded = service.ExecuteTask!.IsCompleted });
        return app;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            work.DoRound();
            await Task.Delay(BuggyWork.Rest, stoppingToken);
        }
    }
}
