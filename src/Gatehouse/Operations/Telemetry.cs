using Gatehouse.Readiness;
using Gatehouse.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Gatehouse.Operations;

/// <summary>
/// The OpenTelemetry pipelines: metrics behind <c>/metrics</c>, and metrics and traces by OTLP where that is configured. They are built
/// on first use and not by hosted services of their own, because these would stand between process start and the first answered probe.
/// </summary>
internal sealed class Telemetry(OtlpSettings otlp, Instance instance) : IDisposable
{
    // A collector that hangs must not cost the drain its time.
    private const int LastExportMilliseconds = 1000;

    private static readonly string[] Meters =
    [
        GatehouseMetrics.MeterName,
        ReadinessCatalogue.MeterName,
        "System.Runtime",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
    ];

    private readonly Lazy<MeterProvider> _metrics = new(() =>
    {
        var builder = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(Resource(instance)).AddMeter(Meters).AddPrometheusExporter(FreshEachTime);
        if (otlp.Metrics) builder.ConfigureServices(services => services.AddSingleton(otlp.Configuration)).AddOtlpExporter();
        return builder.Build();
    });

    private readonly Lazy<TracerProvider?> _traces = new(() => otlp.Traces
        ? Sdk.CreateTracerProviderBuilder().SetResourceBuilder(Resource(instance)).AddSource(RunTrace.SourceName, ReadinessCatalogue.MeterName)
            .ConfigureServices(services => services.AddSingleton(otlp.Configuration)).AddOtlpExporter().Build()
        : null);

    /// <summary>From here on histograms are recorded and spans are made. Idempotent.</summary>
    public void Listen() => _ = (_metrics.Value, _traces.Value);

    public RequestDelegate Scrape(IApplicationBuilder branch) => branch
        .UseOpenTelemetryPrometheusScrapingEndpoint(_metrics.Value, _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
        .Build();

    /// <summary>Sends what is left, and ends.</summary>
    public void Dispose()
    {
        if (_traces is { IsValueCreated: true, Value: { } traces })
        {
            traces.Shutdown(LastExportMilliseconds);
            traces.Dispose();
        }
        if (!_metrics.IsValueCreated) return;
        _metrics.Value.Shutdown(LastExportMilliseconds);
        _metrics.Value.Dispose();
    }

    // A scrape is cheap, and a figure that lags behind the event it counts misleads.
    private static void FreshEachTime(PrometheusAspNetCoreOptions options) => options.ScrapeResponseCacheDurationMilliseconds = 0;

    // The variables OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last, and win.
    private static ResourceBuilder Resource(Instance instance) => ResourceBuilder.CreateEmpty()
        .AddService("gatehouse", serviceVersion: instance.Revision, autoGenerateServiceInstanceId: false, serviceInstanceId: instance.Id)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();
}
