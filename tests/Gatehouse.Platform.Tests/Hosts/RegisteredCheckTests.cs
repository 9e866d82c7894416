using Gatehouse.Readiness;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Gatehouse.Platform.Hosts;

/// <summary>Traps 4 to 6: what the platform makes of registered health checks, and what the graph makes of the same ones.</summary>
public sealed class RegisteredCheckTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Trap 4. The platform: the registered timeout only cancels a token; a check that ignores it holds up the answer, which then is 200
    /// Healthy. Ours: the probe answers at once, from memory, and the node fails when the race is lost.
    /// </summary>
    [Fact]
    public async Task Trap_4_a_timeout_that_is_ignored_ends_in_a_late_200_and_a_race_fails_the_node_meanwhile()
    {
        var (stockCheck, ourCheck) = (new SlowThing(), new SlowThing());
        await using var stock = await StockAsync(checks => checks.Add(Slow(stockCheck)));
        var asked = stock.GetAsync("/health");
        await stockCheck.Cancelled;

        await using var ours = await OursAsync(checks => checks.Add(Slow(ourCheck)), graph => graph.HealthChecks());
        var failed = await ours.Probes.UntilAsync("/startup", probe => probe.StateOf("check") == "failed");
        Assert.Equal((503, "no answer within 0.1 s", false), (failed.Status, failed.ReasonOf("check"), ourCheck.HasEnded));

        Assert.False(asked.IsCompleted, "The platform enforces the timeout of a registration now.");
        stockCheck.End();
        Assert.Equal((200, "Healthy"), await asked);
        ourCheck.End();
        await ours.Probes.UntilAsync("/startup", probe => probe.Status == 200);

        static HealthCheckRegistration Slow(SlowThing check) => new("check", check, HealthStatus.Unhealthy, tags: null, Limit);
    }

    /// <summary>
    /// Trap 5. The platform: a check that throws is 503 Unhealthy, but one whose factory throws is 500 with an empty body for all of them.
    /// Ours: either is the failure of its own node, which the answer names.
    /// </summary>
    [Fact]
    public async Task Trap_5_a_factory_that_throws_is_an_empty_500_and_only_its_own_nodes_failure()
    {
        static void Broken(IHealthChecksBuilder checks) => checks
            .AddCheck("good", () => HealthCheckResult.Healthy())
            .Add(new("check", _ => throw new NotSupportedException("cannot be made"), HealthStatus.Unhealthy, tags: null));
        await using (var throws = await StockAsync(checks => checks.AddCheck("check", () => throw new NotSupportedException("does not work"))))
            Assert.Equal((503, "Unhealthy"), await throws.GetAsync("/health"));
        await using var stock = await StockAsync(Broken);
        Assert.Equal((500, ""), await stock.GetAsync("/health"));

        await using var ours = await OursAsync(Broken, graph => graph.HealthChecks());
        var failed = await ours.Probes.UntilAsync("/ready", probe => probe.StateOf("good") == "ready" && probe.StateOf("check") == "failed");
        Assert.Equal((503, "NotSupportedException: cannot be made"), (failed.Status, failed.ReasonOf("check")));
        Assert.Equal(200, (await ours.Probes.AskAsync("/health")).Status);
    }

    /// <summary>
    /// Trap 6. The platform: Degraded is 200 for every check alike, because a table of status codes says so that nobody has asked for.
    /// Ours: a degraded node is up, and the answer shows it as degraded and why; and one node can say that for it this is a failure.
    /// </summary>
    [Fact]
    public async Task Trap_6_degraded_is_a_200_by_accident_and_a_nodes_own_decision()
    {
        static void Degraded(IHealthChecksBuilder checks) => checks.AddCheck("check", () => HealthCheckResult.Degraded("on its spare"));
        await using var stock = await StockAsync(Degraded);
        Assert.Equal((200, "Degraded"), await stock.GetAsync("/health"));

        await using var lenient = await OursAsync(Degraded, graph => graph.HealthCheck("check"));
        var up = await lenient.Probes.UntilAsync("/ready", probe => probe.Status == 200);
        Assert.Equal(("degraded", "on its spare"), (up.StateOf("check"), up.ReasonOf("check")));

        await using var strict = await OursAsync(Degraded, graph => graph.HealthCheck("check", policy: new() { DegradedIsUp = false }));
        var down = await strict.Probes.UntilAsync("/ready", probe => probe.StateOf("check") == "failed");
        Assert.Equal((503, "on its spare"), (down.Status, down.ReasonOf("check")));
    }

    private static Task<Site> StockAsync(Action<IHealthChecksBuilder> register) =>
        Site.StartAsync(services => register(services.AddHealthChecks()), app => app.MapHealthChecks("/health"));

    private static Task<Site> OursAsync(Action<IHealthChecksBuilder> register, Action<ReadinessGraphBuilder> declare) => Site.StartAsync(
        services =>
        {
            register(services.AddHealthChecks());
            services.AddReadiness(declare);
        },
        app => app.MapReadiness());
}
