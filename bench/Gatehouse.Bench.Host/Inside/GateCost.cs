using System.Diagnostics;
using System.Net;
using Gatehouse.Admission;
using Gatehouse.Operations;
using Gatehouse.Readiness;

namespace Gatehouse.Bench.Host.Inside;

/// <summary>
/// What the gate adds to an upgrade while the door is open: nanoseconds and bytes of one thread. All limits are on, and none is reached.
/// </summary>
internal static class GateCost
{
    private const int BatchSize = 10_000;
    private const int Users = 10_000;

    // The JIT needs so long until it has settled on its best code.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(1);

    private static readonly AdmissionOptions Limited = new()
    {
        UserHandshakesPerSecond = 1_000_000_000,
        HandshakesPerSecond = 1_000_000_000,
        UserConnections = 1_000_000,
        TrustedHops = 1,
    };

    public static async Task MeasureAsync(int batches, Figures figures)
    {
        await using var run = await GraphRun.PrepareAsync(
            static graph => graph.Node("world", static (_, _) => Task.FromResult(CheckResult.Healthy)),
            static services => services.AddSingleton(Limited).AddSingleton(TimeProvider.System).AddMetrics()
                .AddSingleton<GatehouseMetrics>().AddSingleton<AdmissionLimits>().AddSingleton<ResumeTokens>()
                .AddSingleton<HeldUpgrades>().AddSingleton<AdmissionGate>());
        await run.FinishAsync();
        var gate = run.Services.GetRequiredService<AdmissionGate>();

        var user = 0UL;
        Measure("decide.nobody", () => gate.Decide(new(null, Returns: false)).Seat.Dispose());
        Measure("decide.user", () => gate.Decide(new(new UserKey(0, user++ % Users), Returns: false)).Seat.Dispose());
        Measure("decide.returning", () => gate.Decide(new(null, Returns: true)).Seat.Dispose());

        var (newcomer, returning) = (Request(), Request());
        returning.Request.QueryString = new($"?resume={run.Services.GetRequiredService<ResumeTokens>().Issue("0123456789abcdef0123456789abcdef")}");
        Measure("recognise.newcomer", () => gate.Recognise(newcomer));
        Measure("recognise.returning", () => gate.Recognise(returning));

        void Measure(string name, Action act)
        {
            for (var at = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(at) < WarmUp;) Batch(act);
            var costs = Enumerable.Range(0, batches).Select(_ => Batch(act)).ToArray();
            figures.Say($"{name}.ns", Figures.Median(costs.Select(static cost => cost.Nanoseconds)));
            figures.Say($"{name}.bytes", Figures.Median(costs.Select(static cost => cost.Bytes)));
        }
    }

    private static (double Nanoseconds, double Bytes) Batch(Action act)
    {
        var (bytes, at) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var time = 0; time < BatchSize; time++) act();
        var taken = Stopwatch.GetElapsedTime(at);
        return (taken.TotalNanoseconds / BatchSize, (GC.GetAllocatedBytesForCurrentThread() - bytes) / (double)BatchSize);
    }

    private static DefaultHttpContext Request()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Headers["X-Forwarded-For"] = "198.51.100.9, 203.0.113.7";
        return context;
    }
}
