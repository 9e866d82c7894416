using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Readiness.Tests;

/// <summary>What is measured, and what is kept out of the measures.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task Probes_are_left_out_of_the_http_metrics()
    {
        await using var server = await ProbeServer.StartAsync(graph => graph.Node("database", Checks.Healthy));
        var counted = new List<string?>();
        using var listener = Listen(server, "Microsoft.AspNetCore.Hosting");
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (instrument.Name != "http.server.request.duration") return;
            foreach (var tag in tags)
                if (tag.Key == "http.response.status_code") lock (counted) counted.Add($"{tag.Value}");
        });
        listener.Start();

        foreach (var path in new[] { "/startup", "/ready", "/health" }) await server.GetAsync(path);
        using (var client = new HttpClient()) using (await client.GetAsync($"{server.Address}/nowhere")) { }
        await server.StopAsync();

        lock (counted) Assert.Equal(["404"], counted);
    }

    [Fact]
    public async Task The_meter_tells_the_state_of_every_node()
    {
        await using var server = await ProbeServer.StartAsync(graph => graph
            .Node("database", Checks.Healthy)
            .Node("redis", Checks.Failing("down"), policy: new() { Required = false }));
        await server.Graph.WhenReadyAsync().WaitAsync(GraphHarness.Patience);
        await foreach (var snapshot in server.Graph.WatchAsync())
            if (snapshot.Find("redis")!.State == NodeState.Failed) break;
        var measured = new List<string>();
        using var listener = Listen(server, ReadinessCatalogue.MeterName);
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) =>
            measured.Add($"{instrument.Name} {string.Join(",", tags.ToArray().Select(tag => tag.Value))} {value}"));
        listener.Start();

        listener.RecordObservableInstruments();

        Assert.Contains("gatehouse.readiness.ready  1", measured);
        Assert.Contains("gatehouse.readiness.node.state database,ready 1", measured);
        Assert.Contains("gatehouse.readiness.node.state redis,failed 1", measured);
        Assert.Contains("gatehouse.readiness.node.up redis 0", measured);
    }

    [Fact]
    public async Task The_meter_tells_how_every_node_came_up_and_has_done_since()
    {
        var events = new ConnectionEvents();
        var (database, redis) = (new Scripted(CheckResult.Failed("late")), new Scripted(CheckResult.Healthy));
        using var meters = new ServiceCollection().AddMetrics().BuildServiceProvider();
        await using var harness = new GraphHarness(graph => graph
            .Node("database", database.CheckAsync, retry: Retry.Every(TimeSpan.FromSeconds(2)))
            .Node("redis", redis.CheckAsync, after: ["database"], stable: Stability.Unbroken(TimeSpan.FromSeconds(1), events: _ => events))
            .Node("chat", Checks.Healthy, after: ["redis"])).Start();
        _ = new ReadinessMetrics(harness.Graph, meters.GetRequiredService<IMeterFactory>());
        await harness.UntilAsync("database", node => node.State == NodeState.Failed);

        var early = Measure(meters);
        database.Answer(CheckResult.Healthy);
        harness.Clock.Advance(TimeSpan.FromSeconds(2));
        await harness.UntilAsync("redis", node => node.State == NodeState.Stabilising);
        events.ReportBroken("killed");
        await harness.UntilAsync("redis", node => node.Reason?.Contains("killed") is true);
        var broken = Measure(meters);

        Assert.Contains("gatehouse.readiness.node.checks database,bad 1", early);
        Assert.Contains("gatehouse.readiness.node.checks database,good 0", early);
        Assert.Contains("gatehouse.readiness.node.wait database 0", early);
        Assert.DoesNotContain(early, line => line.StartsWith("gatehouse.readiness.node.wait redis", StringComparison.Ordinal));
        Assert.DoesNotContain(early, line => line.StartsWith("gatehouse.readiness.node.time_to_ready", StringComparison.Ordinal));
        Assert.Contains("gatehouse.readiness.node.checks database,good 1", broken);
        Assert.Contains("gatehouse.readiness.node.time_to_ready database 2", broken);
        Assert.Contains("gatehouse.readiness.node.wait redis 2", broken);
        Assert.Contains("gatehouse.readiness.node.breaks redis 1", broken);
        Assert.Contains("gatehouse.readiness.node.breaks database 0", broken);
        Assert.Contains("gatehouse.readiness.node.parked redis 0", broken);

        harness.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Contains("gatehouse.readiness.node.unbroken database 5", Measure(meters));
    }

    private static List<string> Measure(ServiceProvider meters)
    {
        var measured = new List<string>();
        var factory = meters.GetRequiredService<IMeterFactory>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) => { if (ReferenceEquals(instrument.Meter.Scope, factory)) listener.EnableMeasurementEvents(instrument); },
        };
        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            measured.Add(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{instrument.Name} {string.Join(",", tags.ToArray().Select(tag => tag.Value))} {value}"));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured;
    }

    private static MeterListener Listen(ProbeServer server, string meter)
    {
        var meters = server.Services.GetRequiredService<IMeterFactory>();
        return new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == meter && ReferenceEquals(instrument.Meter.Scope, meters)) listener.EnableMeasurementEvents(instrument);
            },
        };
    }
}
