using System.Globalization;

namespace Gatehouse.Testing.Servers;

/// <summary>Reads Prometheus' text format: <c>name{label="value",…} 12 1760000000000</c>.</summary>
internal static class Metrics
{
    /// <summary>The sum of the series with this name and at least these labels; null if there is none.</summary>
    /// <param name="series">For example <c>gatehouse_runs_total</c> or <c>gatehouse_runs_total{outcome="success"}</c>.</param>
    public static double? Sum(string text, string series)
    {
        var (name, labels) = Split(series);
        var found = text.Split('\n').Where(line => !line.StartsWith('#') && line.Length > 0).Select(line =>
        {
            var end = line.IndexOf('}') is var brace and >= 0 ? brace + 1 : line.IndexOf(' ');
            return (Series: Split(line[..end]), Value: double.Parse(line[end..].Trim().Split(' ')[0], CultureInfo.InvariantCulture));
        }).Where(line => line.Series.Name == name && labels.All(line.Series.Labels.Contains)).ToList();
        return found.Count == 0 ? null : found.Sum(line => line.Value);
    }

    private static (string Name, string[] Labels) Split(string series)
    {
        var brace = series.IndexOf('{');
        return brace < 0 ? (series, []) : (series[..brace], series[(brace + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries));
    }
}
