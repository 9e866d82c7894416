using Gatehouse.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Agents.Tests.Operations;

/// <remarks>Alone, because an exporter listens to every meter of the name in the process, other tests' meters too.</remarks>
[CollectionDefinition(nameof(GatehouseMetricsTests), DisableParallelization = true)]
[Collection(nameof(GatehouseMetricsTests))]
public sealed class GatehouseMetricsTests : IAsyncLifetime
{
    private readonly WebApplication _app = Build();

    public async ValueTask InitializeAsync() => await _app.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task The_first_scrape_shows_what_was_counted_before_it()
    {
        var metrics = _app.Services.GetRequiredService<GatehouseMetrics>();
        metrics.HandshakeDecided(HandshakeOutcome.Refused, HandshakeReason.NotReady, "redis");
        metrics.ConnectionMoved(null, ConnectionState.Held);
        metrics.ConnectionMoved(ConnectionState.Held, ConnectionState.Open);
        metrics.Appended(3);
        var text = await ScrapeAsync();
        Assert.Equal("1", Value(text, "gatehouse_handshakes_total", "node=\"redis\"", "outcome=\"refused\"", "reason=\"not_ready\""));
        Assert.Equal("1", Value(text, "gatehouse_connections", "state=\"open\""));
        Assert.Equal("0", Value(text, "gatehouse_connections", "state=\"held\""));
        Assert.Equal("3", Value(text, "gatehouse_events_appended_total"));
        Assert.Equal("0", Value(text, "gatehouse_runs_total", "outcome=\"cancelled\""));
    }

    [Fact]
    public async Task Durations_have_buckets_around_the_promises()
    {
        await ScrapeAsync(); // listens from here on, at the latest
        var metrics = _app.Services.GetRequiredService<GatehouseMetrics>();
        metrics.FrameSent();
        metrics.Delivered(5, TimeSpan.FromMilliseconds(3));
        metrics.RunStarted();
        metrics.RunEnded(RunOutcome.Failed, TimeSpan.FromSeconds(3));
        var text = await ScrapeAsync();
        Assert.Equal("0", Value(text, "gatehouse_events_delivery_time_seconds_bucket", "le=\"0.002\""));
        Assert.Equal("1", Value(text, "gatehouse_events_delivery_time_seconds_bucket", "le=\"0.005\""));
        Assert.Equal("1", Value(text, "gatehouse_run_duration_seconds_bucket", "le=\"5\"", "outcome=\"failed\""));
        Assert.Equal("5", Value(text, "gatehouse_events_delivered_total"));
    }

    [Fact]
    public async Task The_runtime_and_Kestrel_are_there_and_the_scrapes_are_not()
    {
        await ScrapeAsync();
        var text = await ScrapeAsync();
        Assert.Contains("dotnet_process_memory_working_set_bytes", text);
        Assert.Contains("kestrel_active_connections", text);
        Assert.DoesNotContain("http_route=\"/metrics\"", text);
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var metrics = _app.Services.GetRequiredService<GatehouseMetrics>();
        Count(metrics);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            Count(metrics);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100);
    }

    private static void Count(GatehouseMetrics metrics)
    {
        metrics.Appended(1);
        metrics.FrameSent();
        metrics.Delivered(1, TimeSpan.FromMilliseconds(1));
        metrics.HandshakeDecided(HandshakeOutcome.Accepted, HandshakeReason.Ready);
        metrics.SnapshotServed(SnapshotReason.NotInLog);
        metrics.RunStarted();
        metrics.RunEnded(RunOutcome.Success, TimeSpan.FromSeconds(1));
    }

    private async Task<string> ScrapeAsync()
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(_app.Urls.Single() + "/metrics", TestContext.Current.CancellationToken);
    }

    private static string? Value(string text, string name, params string[] labels) => text.Split('\n')
        .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
        .Where(line => labels.All(line.Contains))
        .Select(line => line[(line.IndexOf('}') + 2)..].Split(' ')[0])
        .SingleOrDefault();

    private static WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddGatehouseMetrics();
        var app = builder.Build();
        app.MapGatehouseMetrics();
        return app;
    }
}
