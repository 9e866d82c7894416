using System.Diagnostics.Metrics;
using Gatehouse.Admission;
using Gatehouse.Operations;
using Gatehouse.Readiness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Admission;

/// <summary>A gate on a simulated clock, before a real graph that lives by the system's. The test says what the nodes' checks find.</summary>
internal sealed class GateHarness : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    public static readonly Handshake Newcomer = new(null, Returns: false);
    public static readonly Handshake Returning = new(null, Returns: true);

    private readonly IHost _host;
    private readonly Dictionary<string, CheckResult> _found;    // replaced value by value; guarded by itself

    private GateHarness(IHost host, Dictionary<string, CheckResult> found, AdmissionOptions options)
    {
        (_host, _found) = (host, found);
        Graph = host.Services.GetRequiredService<ReadinessGraph>();
        Metrics = new(host.Services.GetRequiredService<IMeterFactory>());
        Held = new(Graph, Metrics, options, Clock);
        Gate = new(Graph, Held, new(options, Clock), new(options, Clock), Protection, Metrics, options, Clock);
    }

    public FakeTimeProvider Clock { get; } = new();

    public ReadinessGraph Graph { get; }

    public HeldUpgrades Held { get; }

    public GatehouseMetrics Metrics { get; }

    public AdmissionGate Gate { get; }

    public Protection Protection { get; } = new();

    /// <summary>What was decided, as <c>outcome/reason/node=count</c>, in alphabetical order.</summary>
    public IEnumerable<string> Counted => Metrics.Handshakes.Observe()
        .Where(cell => cell.Value > 0)
        .Select(cell => $"{string.Join('/', cell.Tags.ToArray().Select(tag => tag.Value))}={cell.Value}").Order(StringComparer.Ordinal);

    /// <summary>A graph of these nodes, none of which is up.</summary>
    public static async Task<GateHarness> StartAsync(AdmissionOptions options, params (string Node, WhenDown WhenDown)[] nodes)
    {
        var found = nodes.ToDictionary(node => node.Node, _ => CheckResult.Failed("It is late."));
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddReadiness(graph =>
        {
            foreach (var (name, whenDown) in nodes)
                graph.Node(name, (_, _) => { lock (found) return Task.FromResult(found[name]); },
                    policy: new() { WhenDown = whenDown, FallAfter = 1, RiseAfter = 1 });
        });
        var harness = new GateHarness(builder.Build(), found, options);
        await harness._host.StartAsync().WaitAsync(Patience);
        await harness.Held.StartAsync(CancellationToken.None);
        foreach (var (name, _) in nodes) await harness.UntilAsync(snapshot => snapshot.Find(name)!.Runs > 0);
        return harness;
    }

    /// <summary>With one node, <c>world</c>, that refuses when it falls.</summary>
    public static Task<GateHarness> StartAsync(AdmissionOptions? options = null) => StartAsync(options ?? new(), ("world", WhenDown.Refuse));

    public Task RaiseAsync(string node = "world") => FindAsync(node, CheckResult.Healthy, found => found.IsUp);

    public Task FellAsync(string node = "world") => FindAsync(node, CheckResult.Failed("It is gone."), found => !found.IsUp);

    public Task DoomAsync(string node = "world") => FindAsync(node, CheckResult.Fatal("It has ended."), found => found.IsFatal);

    public Task<AdmissionDecision> HoldAsync(Handshake handshake, CancellationToken aborted = default)
    {
        var first = Gate.Decide(handshake);
        Assert.Equal(AdmissionVerdict.Hold, first.Verdict);
        return Gate.HoldAsync(handshake, first, aborted).AsTask();
    }

    public async ValueTask DisposeAsync()
    {
        await Held.StopAsync(CancellationToken.None).WaitAsync(Patience);
        Held.Dispose();
        await _host.StopAsync().WaitAsync(Patience);
        _host.Dispose();
    }

    // A check that was under way may have answered as before, so the node is asked until it has heard.
    private async Task FindAsync(string node, CheckResult result, Func<NodeSnapshot, bool> holds)
    {
        lock (_found) _found[node] = result;
        using var asking = new CancellationTokenSource();
        var seen = UntilAsync(snapshot => holds(snapshot.Find(node)!));
        while (!seen.IsCompleted)
        {
            Graph.CheckNow(node);
            await Task.WhenAny(seen, Task.Delay(5));
        }
        await seen;
    }

    private async Task UntilAsync(Func<ReadinessSnapshot, bool> holds)
    {
        using var patience = new CancellationTokenSource(Patience);
        await foreach (var snapshot in Graph.WatchAsync(patience.Token))
            if (holds(snapshot)) return;
    }
}
