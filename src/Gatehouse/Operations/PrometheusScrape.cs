using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Gatehouse.Operations;

/// <summary>
/// The OpenTelemetry pipeline behind <c>/metrics</c>. It is built on first use and not by a hosted service of its own, because
/// that would stand between process start and the first answered probe.
/// </summary>
internal sealed class PrometheusScrape : IDisposable
{
    private static readonly string[] Meters =
    [
        GatehouseMetrics.MeterName,
        "Gatehouse.Readiness",
        "System.Runtime",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
    ];

    private readonly Lazy<MeterProvider> _provider = new(() =>
        Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddPrometheusExporter(FreshEachTime).Build());

    // A scrape is cheap, and a figure that lags behind the event it counts misleads.
    private static void FreshEachTime(PrometheusAspNetCoreOptions options) => options.ScrapeResponseCacheDurationMilliseconds = 0;

    /// <summary>From here on the histograms are recorded. Idempotent.</summary>
    public void Listen() => _ = _provider.Value;

    public RequestDelegate Pipeline(IApplicationBuilder branch) => branch
        .UseOpenTelemetryPrometheusScrapingEndpoint(_provider.Value, _ => true, path: null, configureBranchedPipeline: null, optionsName: null)
        .Build();

    public void Dispose()
    {
        if (_provider.IsValueCreated)
            _provider.Value.Dispose();
    }
}
