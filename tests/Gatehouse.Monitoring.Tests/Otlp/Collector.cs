using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Monitoring.Tests.Otlp;

/// <summary>A span as it arrived.</summary>
internal sealed record ReceivedSpan(
    string Source, string TraceId, string SpanId, string ParentId, string Name, IReadOnlyDictionary<string, string> Attributes, string Instance);

/// <summary>Receives OTLP over HTTP with Protocol Buffers, as a collector does.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Lock _gate = new();                // guards the rest
    private readonly List<ReceivedSpan> _spans = [];
    private readonly HashSet<string> _metrics = [];
    private readonly HashSet<string> _resources = [];
    private TaskCompletionSource _arrived = New();

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/traces", context => ReceiveAsync(context, SeeTraces));
        _app.MapPost("/v1/metrics", context => ReceiveAsync(context, SeeMetrics));
    }

    public string Address => _app.Urls.Single();

    public IReadOnlyList<ReceivedSpan> Spans
    {
        get { lock (_gate) return [.. _spans]; }
    }

    public IReadOnlySet<string> Metrics
    {
        get { lock (_gate) return _metrics.ToHashSet(); }
    }

    /// <summary>Attributes of what has sent, as <c>key=value</c>.</summary>
    public IReadOnlySet<string> Resources
    {
        get { lock (_gate) return _resources.ToHashSet(); }
    }

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    /// <summary>The variables that have a server send here.</summary>
    public Dictionary<string, string?> Environment() => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Address,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    /// <summary>Waits until what has arrived is what is wanted; bounded by the test's own time limit.</summary>
    public async Task UntilAsync(Func<Collector, bool> isThere)
    {
        while (true)
        {
            Task arrived;
            lock (_gate) arrived = _arrived.Task;
            if (isThere(this)) return;
            await arrived;
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context, Action<Protobuf> see)
    {
        Assert.Equal("application/x-protobuf", context.Request.ContentType);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        lock (_gate)
        {
            see(new(body.ToArray()));
            _arrived.SetResult();
            _arrived = New();
        }
        context.Response.ContentType = "application/x-protobuf";    // an empty answer: all is taken
    }

    // ExportTraceServiceRequest.resource_spans (1) → resource (1), scope_spans (2) → scope (1), spans (2)
    private void SeeTraces(Protobuf request)
    {
        foreach (var resource in request.All(1))
        {
            var of = Attributes(resource.All(1).Single(), 1);
            foreach (var scope in resource.All(2))
                foreach (var span in scope.All(2))
                    _spans.Add(new(scope.All(1).Single().Text(1), span.Hex(1), span.Hex(2), span.Hex(4), span.Text(5), Attributes(span, 9), of["service.instance.id"]));
        }
    }

    // ExportMetricsServiceRequest.resource_metrics (1) → resource (1), scope_metrics (2) → metrics (2)
    private void SeeMetrics(Protobuf request)
    {
        foreach (var resource in request.All(1))
        {
            foreach (var (key, value) in Attributes(resource.All(1).Single(), 1)) _resources.Add($"{key}={value}");
            foreach (var scope in resource.All(2))
                foreach (var metric in scope.All(2)) _metrics.Add(metric.Text(1));
        }
    }

    // KeyValue: key (1), value (2) → string_value (1), bool_value (2), int_value (3)
    private static Dictionary<string, string> Attributes(Protobuf message, int field) => message.All(field).ToDictionary(
        pair => pair.Text(1),
        pair => pair.All(2).Single() is var value && value.Has(1) ? value.Text(1) : value.Has(2) ? value.Number(2) == 1 ? "true" : "false" : $"{value.Number(3)}");

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
