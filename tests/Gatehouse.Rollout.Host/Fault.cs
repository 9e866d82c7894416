using System.Globalization;
using System.Runtime.InteropServices;

namespace Gatehouse.Rollout.Host;

/// <summary>What is wrong with a candidate: <c>FAULT</c>, and <c>FAULT_SECONDS</c> where it takes time.</summary>
internal sealed class Fault(string name, double seconds)
{
    private const int LeakBytes = 24 << 20;
    private const int MostLeaks = 30;
    private const int UsersUntilCrash = 2;
    private const int UsersUntilUnwell = 12;
    private static readonly List<byte[]> Leaked = [];
    private int _upgrades;
    private int _users;

    public static Fault OfEnvironment() => new(
        Environment.GetEnvironmentVariable("FAULT") ?? "",
        double.TryParse(Environment.GetEnvironmentVariable("FAULT_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 1);

    /// <summary>Before the first word of an answer.</summary>
    public TimeSpan FirstEvent => name switch
    {
        "no-first-event" => Timeout.InfiniteTimeSpan,
        "slow-tokens" => TimeSpan.FromSeconds(seconds),
        _ => TimeSpan.FromMilliseconds(20),
    };

    public async Task BeforeListeningAsync()
    {
        if (name is "never-listens") await Task.Delay(Timeout.InfiniteTimeSpan);
        if (name is "listens-late") await Task.Delay(TimeSpan.FromSeconds(seconds));
        if (name is "wrong-revision") Environment.SetEnvironmentVariable("K_REVISION", "chat-00000-old");
    }

    public void Begin(WebApplication app)
    {
        if (name is "crash") app.Lifetime.ApplicationStarted.Register(() => _ = After(() => Environment.Exit(3)));
        if (name is "leak") app.Lifetime.ApplicationStarted.Register(() => _ = Task.Run(LeakAsync));
        if (name is "never-drains") PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);
        app.Use(AnswerAsync);
    }

    private Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value;
        if (name is "lying-startup" && path is "/startup" or "/ready") return context.Response.WriteAsync("""{"status":"ready"}""");
        if (name is "never-drains" && path is "/ready" && _users > UsersUntilUnwell)
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }
        if (path is not "/ws") return next(context);
        if (name is "lying-startup" || name is "failing-upgrades" && Interlocked.Increment(ref _upgrades) % 20 is 0)
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }
        var users = IsUser(context) ? Interlocked.Increment(ref _users) : 0;
        if (name is "crash-with-users" && users > UsersUntilCrash) Environment.Exit(3);
        if (name is "drops") _ = After(context.Abort);
        return next(context);
    }

    // Those who come by the tag have it in the host.
    private static bool IsUser(HttpContext context) => !context.Request.Host.Host.Contains("---", StringComparison.Ordinal);

    private async Task After(Action act)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        act();
    }

    private static async Task LeakAsync()
    {
        while (Leaked.Count < MostLeaks)
        {
            var block = new byte[LeakBytes];
            Array.Fill(block, (byte)1);
            Leaked.Add(block);
            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }
}
