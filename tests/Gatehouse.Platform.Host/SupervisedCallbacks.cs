using Gatehouse.Readiness;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Platform.Host;

/// <summary>
/// Ours for trap 9: while the work is broken, everything throws that the library lets somebody else's code do on a thread where an
/// exception would end the process. The check of <c>work</c> throws, and so does its stop; the callback of the cancellation of
/// <c>cancelled</c>; and the log, inside a <see cref="Timer"/>'s callback that reports breaks of <c>connection</c>, without a reason.
/// </summary>
internal static class SupervisedCallbacks
{
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var events = new ConnectionEvents();
        builder.Logging.ClearProviders().AddProvider(new BrokenLog());
        builder.Services.AddReadiness(graph => graph
            .Node("work", SupervisedWork.DoRoundAsync, policy: SupervisedWork.AtOnce,
                stop: (_, _) => throw new InvalidOperationException("a bug in the stop"))
            .Node("cancelled", CancelledAsync, policy: SupervisedWork.AtOnce with { Timeout = TimeSpan.FromMilliseconds(100) })
            .Node("connection", (_, _) => Task.FromResult(CheckResult.Healthy), policy: SupervisedWork.AtOnce,
                stable: Stability.Unbroken(TimeSpan.FromMilliseconds(1), events) with { Successes = 1 }));
        var app = builder.Build();
        var work = app.Services.GetRequiredService<BuggyWork>();
        var timer = new Timer(_ => Report(work, events), null, TimeSpan.Zero, BuggyWork.Rest);
        app.Lifetime.ApplicationStopped.Register(timer.Dispose);
        app.MapReadiness();
        app.MapGet("/work", () => new { work.Rounds });
        return app;
    }

    private static void Report(BuggyWork work, ConnectionEvents events)
    {
        if (work.IsBroken) events.ReportBroken(null!);
    }

    private static async Task<CheckResult> CancelledAsync(NodeContext node, CancellationToken cancellationToken)
    {
        if (!node.Services.GetRequiredService<BuggyWork>().IsBroken) return CheckResult.Healthy;
        var cancelled = new TaskCompletionSource();
        await using var registration = cancellationToken.Register(() =>
        {
            cancelled.SetResult();
            throw new InvalidOperationException("a bug in the callback");
        });
        await cancelled.Task;
        return CheckResult.Healthy;
    }

    /// <summary>Cannot write a line of the library's.</summary>
    private sealed class BrokenLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) =>
            categoryName == "Gatehouse.Readiness" ? this : NullLogger.Instance;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new InvalidOperationException("a bug in the log");

        public void Dispose()
        {
            // Holds nothing.
        }
    }
}
