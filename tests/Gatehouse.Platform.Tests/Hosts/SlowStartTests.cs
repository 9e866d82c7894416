using System.Net;
using Gatehouse.Readiness;
using Microsoft.AspNetCore.Builder;

namespace Gatehouse.Platform.Hosts;

/// <summary>Traps 1 to 3: what the generic host makes of something that is slow to start.</summary>
public sealed class SlowStartTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(100);
    private static readonly NodePolicy Patient = new() { Timeout = Waiting.Patience };

    /// <summary>
    /// Trap 1. The platform: hosted services start one after the other, and the server is the last of them, so a service that blocks in its
    /// <c>StartAsync</c> has every probe refused. Ours: what is slow is a node, and the probes tell so; and the probes of a worker listen
    /// before the first hosted service, so that not even one that blocks can silence them.
    /// </summary>
    [Fact]
    public async Task Trap_1_a_blocking_start_has_probes_refused_and_a_slow_node_is_told_by_them()
    {
        var slow = new SlowThing();
        await using var stock = Site.Launch(
            services => services.AddSingleton<IHostedService>(slow).AddHealthChecks(), app => app.MapHealthChecks("/health"));
        await slow.Entered;
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => stock.GetAsync("/health"));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);

        await using var site = await Site.StartAsync(
            services => services.AddReadiness(graph => graph.Node("slow", slow.CheckAsync, policy: Patient)), app => app.MapReadiness());
        var starting = await site.Probes.UntilAsync("/startup", probe => probe.StateOf("slow") == "checking");
        Assert.Equal((503, 200), (starting.Status, (await site.Probes.AskAsync("/health")).Status));

        var port = FreePort.Next();
        using var probes = new ProbeClient(port);
        using var worker = BuildWorker(services => services.AddSingleton<IHostedService>(slow)
            .AddReadiness(graph => graph.Node("queue", (_, _) => Task.FromResult(CheckResult.Healthy)))
            .AddReadinessProbes(port, IPAddress.Loopback));
        var workerStarts = worker.StartAsync();
        Assert.Equal(503, (await probes.UntilAsync("/startup", _ => true)).Status);
        Assert.False(workerStarts.IsCompleted);

        await Assert.ThrowsAsync<HttpRequestException>(() => stock.GetAsync("/health"));
        slow.End();
        await stock.Started.WaitAsync(Waiting.Patience);
        Assert.Equal((200, "Healthy"), await stock.GetAsync("/health"));
        await site.Probes.UntilAsync("/startup", probe => probe.Status == 200);
        await probes.UntilAsync("/startup", probe => probe.Status == 200);
        await worker.StopAsync().WaitAsync(Waiting.Patience);
    }

    /// <summary>
    /// Trap 2. The platform: with <c>ServicesStartConcurrently</c> nothing is refused, and 200 Healthy is the answer while the slow service
    /// is still starting. Ours, in the same process: 503 until it has started, whether it is a node or a hosted service.
    /// </summary>
    [Fact]
    public async Task Trap_2_a_concurrent_start_is_called_healthy_too_early_and_the_graph_is_not_ready_before_it_is()
    {
        var (service, node) = (new SlowThing(), new SlowThing());
        await using var site = Site.Launch(
            services =>
            {
                services.Configure<HostOptions>(host => host.ServicesStartConcurrently = true);
                services.AddSingleton<IHostedService>(service).AddHealthChecks();
                services.AddReadiness(graph => graph.Node("slow", node.CheckAsync, policy: Patient));
            },
            app =>
            {
                app.MapHealthChecks("/stock");
                app.MapReadiness();
            });
        await service.Entered;
        await site.Probes.UntilAsync("/health", _ => true);

        Assert.Equal((200, "Healthy"), await site.GetAsync("/stock"));
        Assert.Equal(503, (await site.Probes.AskAsync("/startup")).Status);
        Assert.Equal(503, (await site.Probes.AskAsync("/ready")).Status);

        Assert.False(site.Started.IsCompleted);
        service.End();
        Assert.Equal(503, (await site.Probes.UntilAsync("/startup", probe => probe.StateOf("slow") == "checking")).Status);
        Assert.Equal((200, "Healthy"), await site.GetAsync("/stock"));
        node.End();
        await site.Probes.UntilAsync("/startup", probe => probe.Status == 200);
    }

    /// <summary>
    /// Trap 3. The platform: <c>StartupTimeout</c> only cancels a token; a service that ignores it goes on, the host waits for it as long
    /// as it takes, and has then started as if it had been in time, or gives up only then, where a web server comes next and heeds the
    /// token. Ours: the run is left behind at its timeout, counted, and tried again; three at once at the most, then the node is parked.
    /// </summary>
    [Fact]
    public async Task Trap_3_a_start_timeout_waits_for_who_ignores_it_and_a_nodes_does_not()
    {
        var (service, check) = (new SlowThing(), new SlowThing());
        using var stock = BuildWorker(services => services
            .AddSingleton<IHostedService>(service)
            .Configure<HostOptions>(host => host.StartupTimeout = Limit));
        var stockStarts = stock.StartAsync();
        await service.Cancelled;
        var webService = new SlowThing();
        await using var web = Site.Launch(
            services => services
                .AddSingleton<IHostedService>(webService)
                .Configure<HostOptions>(host => host.StartupTimeout = Limit),
            _ => { });
        await webService.Cancelled;

        using var worker = BuildWorker(services => services.AddReadiness(declare => declare.Node(
            "slow", check.CheckAsync, retry: Retry.Every(Limit), policy: new() { Timeout = Limit, Pace = Limit })));
        await worker.StartAsync().WaitAsync(Waiting.Patience);
        var graph = worker.Services.GetRequiredService<ReadinessGraph>();
        var first = await graph.UntilAsync("slow", node => node.Abandoned >= 1);
        Assert.Equal((NodeState.Failed, "timeout"), (first.State, first.Signature));
        await graph.UntilAsync("slow", node => node is { Abandoned: 3, IsParked: true });

        Assert.False(stockStarts.IsCompleted || web.Started.IsCompleted, "The platform enforces StartupTimeout now.");
        service.End();
        webService.End();
        await stockStarts.WaitAsync(Waiting.Patience);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => web.Started.WaitAsync(Waiting.Patience));
        Assert.True(stock.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.IsCancellationRequested);
        check.End();
        var healed = await graph.UntilAsync("slow", node => node is { State: NodeState.Ready, Abandoned: 0 });
        Assert.Equal((3, false), (check.MostAtOnce, healed.IsParked));
        await worker.StopAsync().WaitAsync(Waiting.Patience);
    }

    private static IHost BuildWorker(Action<IServiceCollection> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        configure(builder.Services);
        return builder.Build();
    }
}
