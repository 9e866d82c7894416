using System.Globalization;
using Gatehouse.Readiness;

namespace Gatehouse.Operations.Monitoring;

/// <summary>How the pieces of a query are written.</summary>
internal static class PromQl
{
    private static readonly (TimeSpan Unit, char Letter)[] Units =
        [(TimeSpan.FromDays(1), 'd'), (TimeSpan.FromHours(1), 'h'), (TimeSpan.FromMinutes(1), 'm'), (TimeSpan.FromSeconds(1), 's')];

    /// <summary>In the largest unit that divides it: <c>90m</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        if (time == TimeSpan.Zero) return "0s";
        var (unit, letter) = Units.First(unit => time.Ticks % unit.Unit.Ticks == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{time.Ticks / unit.Ticks}{letter}");
    }

    /// <summary>Reads what <see cref="Duration"/> writes; null if it is not of that form.</summary>
    public static TimeSpan? ReadDuration(string text) =>
        text.Length > 1 && Units.FirstOrDefault(unit => unit.Letter == text[^1]) is { Unit.Ticks: > 0 } unit
        && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and <= 100_000
            ? count * unit.Unit
            : null;

    public static string Number(decimal number) => number.ToString("0.##########", CultureInfo.InvariantCulture);

    /// <summary>A selector of one job's series.</summary>
    /// <param name="labels">Further matchers, as PromQL has them.</param>
    public static string Of(MetricDefinition metric, string job, string labels = "") => Of(metric.PrometheusName, job, labels);

    /// <inheritdoc cref="Of(MetricDefinition, string, string)"/>
    public static string Of(string name, string job, string labels = "") => $"{name}{{job=\"{job}\"{(labels.Length > 0 ? "," : "")}{labels}}}";
}
