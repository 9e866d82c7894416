using System.Diagnostics.Metrics;

namespace Gatehouse.Readiness;

/// <summary>Makes instruments from their definitions.</summary>
internal static class MeterExtensions
{
    public static void Observe<T>(this Meter meter, MetricDefinition metric, Func<IEnumerable<Measurement<T>>> read) where T : struct
    {
        Instrument _ = metric.Kind switch
        {
            MetricKind.Counter => meter.CreateObservableCounter(metric.Name, read, metric.UnitOrNull, metric.Description),
            MetricKind.UpDownCounter => meter.CreateObservableUpDownCounter(metric.Name, read, metric.UnitOrNull, metric.Description),
            MetricKind.Gauge => meter.CreateObservableGauge(metric.Name, read, metric.UnitOrNull, metric.Description),
            _ => throw new ArgumentException($"{metric.Name} is a histogram; it is recorded, not observed.", nameof(metric)),
        };
    }

    /// <summary>For a metric without labels.</summary>
    public static void Observe<T>(this Meter meter, MetricDefinition metric, Func<T> read) where T : struct =>
        meter.Observe<T>(metric, () => [new(read())]);

    public static Histogram<double> Histogram(this Meter meter, MetricDefinition metric) => meter.CreateHistogram(
        metric.Name, metric.UnitOrNull, metric.Description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = metric.Buckets });

    extension(MetricDefinition metric)
    {
        private string? UnitOrNull => metric.Unit.Length > 0 ? metric.Unit : null;
    }
}
