namespace Gatehouse.Readiness;

/// <summary>What a metric does over time.</summary>
internal enum MetricKind { Counter, UpDownCounter, Gauge, Histogram }

/// <summary>A label and the closed set of its values.</summary>
/// <param name="Values">All of them; empty where they are only known when the process is built, which <paramref name="ClosedBy"/> says.</param>
/// <param name="ClosedBy">What closes the set; empty where the values are listed.</param>
internal sealed record MetricLabels(string Key, IReadOnlyList<string> Values, string ClosedBy = "");

/// <summary>One metric as data: the instrument is made from it, and so are the reference, the rules and the dashboard.</summary>
/// <param name="Name">After OpenTelemetry's conventions: lower case, dots between the parts, no unit in it.</param>
/// <param name="Unit">UCUM: <c>s</c>, or what is counted in braces; empty for a flag.</param>
internal sealed record MetricDefinition(string Name, MetricKind Kind, string Unit, string Description, params IReadOnlyList<MetricLabels> Labels)
{
    /// <summary>Upper bounds of a histogram's buckets.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>The name in Prometheus, as the exporter derives it. Of a histogram, what <c>_bucket</c>, <c>_sum</c> and <c>_count</c> are added to.</summary>
    public string PrometheusName => $"{Name.Replace('.', '_')}{(Unit == "s" ? "_seconds" : "")}{(Kind is MetricKind.Counter ? "_total" : "")}";
}
