using System.Text;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Monitoring;

/// <summary><c>docs/metrics.md</c>.</summary>
internal static class MetricsReference
{
    public static string Write()
    {
        var text = new StringBuilder("""
            # Metrics

            Generated from the catalogue in the code by `gatehouse-server monitoring --reference docs/metrics.md`; a test keeps it true.
            How to get at them is in [monitoring.md](monitoring.md).

            Names follow OpenTelemetry's conventions; beside each is what Prometheus calls it. A histogram is three series there, with
            `_bucket`, `_sum` and `_count` added. Every set of labels is closed: nothing that a client sends becomes a label. The self-test
            is outside every measure.

            """.ReplaceLineEndings("\n"));
        Append(text, "The backend", GatehouseMetrics.MeterName, MetricCatalogue.Backend);
        Append(text, "The start-up graph", ReadinessCatalogue.MeterName, ReadinessCatalogue.All);
        text.Append("""

            ## Of others

            Exported beside them, as .NET defines them: the meters `System.Runtime` (memory, garbage collection, thread pool), `Microsoft.AspNetCore.Hosting`
            (HTTP requests, without probes, `/metrics` and `/ws`) and `Microsoft.AspNetCore.Server.Kestrel` (connections, upgrades, queues).

            """.ReplaceLineEndings("\n"));
        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder text, string title, string meter, IReadOnlyList<MetricDefinition> metrics)
    {
        text.Append($"\n## {title}\n\nMeter `{meter}`.\n\n| metric | in Prometheus | kind | unit | means |\n|---|---|---|---|---|\n");
        foreach (var metric in metrics)
            text.Append($"| `{metric.Name}` | `{metric.PrometheusName}` | {Kind(metric.Kind)} | {Unit(metric.Unit)} | {metric.Description} |\n");
        text.Append("\n| metric | label | values |\n|---|---|---|\n");
        foreach (var metric in metrics)
            foreach (var label in metric.Labels)
                text.Append($"| `{metric.Name}` | `{label.Key}` | {(label.ClosedBy.Length > 0 ? label.ClosedBy : string.Join(", ", label.Values.Select(value => $"`{value}`")))} |\n");
    }

    private static string Kind(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.UpDownCounter => "up-down counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static string Unit(string unit) => unit.Length > 0 ? $"`{unit}`" : "";
}
