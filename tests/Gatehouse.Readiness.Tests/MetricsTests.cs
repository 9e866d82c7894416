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
