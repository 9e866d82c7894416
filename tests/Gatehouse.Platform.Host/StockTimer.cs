namespace Gatehouse.Platform.Host;

/// <summary>Trap 9: the work as the callback of a <see cref="Timer"/>.</summary>
internal static class StockTimer
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        var work = app.Services.GetRequiredService<BuggyWork>();
        var timer = new Timer(_ => work.DoRound(), null, TimeSpan.Zero, BuggyWork.Rest);
        app.Lifetime.ApplicationStopped.Register(timer.Dispose);
        app.MapGet("/work", () => new { work.Rounds });
        return app;
    }
}
