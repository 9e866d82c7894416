using System.Text.Json;
using System.Text.RegularExpressions;
using Gatehouse.Operations;
using Gatehouse.Readiness;

namespace Gatehouse.Monitoring.Tests.Exported;

/// <summary>The catalogue, the rules and the dashboard, held against what a running server exports.</summary>
public sealed partial class ExportedMetricsTests(RunningServer server) : IClassFixture<RunningServer>
{
    private static readonly string[] OfTheExporter = ["le", "otel_scope_name", "otel_scope_version", "otel_scope_schema_url"];

    private static IEnumerable<string> Exported(MetricDefinition metric) => metric.Kind is MetricKind.Histogram
        ? [$"{metric.PrometheusName}_bucket", $"{metric.PrometheusName}_sum", $"{metric.PrometheusName}_count"]
        : [metric.PrometheusName];

    [Fact]
    public void The_catalogue_is_what_is_exported_and_nothing_else_of_ours_is() => Assert.Equal(
        MetricCatalogue.All.SelectMany(Exported).Order(StringComparer.Ordinal),
        server.Scrape.Names.Where(name => name.StartsWith("gatehouse_", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Kind_and_description_are_those_of_the_catalogue() => Assert.All(MetricCatalogue.All, metric =>
    {
        // In the text format the name of a family is without _total where it is OpenMetrics, and with it where it is not.
        var family = server.Scrape.Types.ContainsKey(metric.PrometheusName) ? metric.PrometheusName : metric.PrometheusName.Replace("_total", "");
        Assert.Equal(metric.Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" }, server.Scrape.Types[family]);
        Assert.Equal(metric.Description, server.Scrape.Help[family]);
    });

    [Fact]
    public void Labels_and_their_values_are_those_of_the_catalogue()
    {
        var metrics = MetricCatalogue.All.SelectMany(metric => Exported(metric).Select(name => (name, metric))).ToDictionary(pair => pair.name, pair => pair.metric);
        foreach (var (name, labels) in server.Scrape.Series.Where(series => metrics.ContainsKey(series.Name)))
            foreach (var (key, value) in labels.Where(label => !OfTheExporter.Contains(label.Key)))
            {
                var label = metrics[name].Labels.SingleOrDefault(label => label.Key == key);
                Assert.True(label is not null, $"{name} has a label {key}, and its definition has not.");
                string[] allowed = label.ClosedBy.Length > 0 ? [.. server.Nodes, ""] : [.. label.Values];
                Assert.True(allowed.Contains(value), $"{name}: {key} is {value}, and may be {string.Join(", ", allowed)}.");
            }
    }

    [Fact]
    public void Nothing_that_a_client_sends_becomes_a_label() => Assert.DoesNotContain(
        server.Scrape.Series, series => series.Labels.Any(label => label.Value.Contains(RunningServer.Marker, StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void Names_follow_the_conventions() => Assert.All(MetricCatalogue.All, metric =>
    {
        Assert.Matches("^gatehouse(\\.[a-z]+(_[a-z]+)*)+$", metric.Name);
        Assert.Matches("^(s|\\{[a-z]+\\})?$", metric.Unit);
        Assert.EndsWith(".", metric.Description);
        Assert.DoesNotContain("_total", metric.Name);
        Assert.Equal(metric.Kind is MetricKind.Histogram, metric.Buckets.Count > 0);
    });

    [Fact]
    public void Every_query_of_the_dashboard_names_what_is_exported()
    {
        using var dashboard = JsonDocument.Parse(Shipped.File("deploy/monitoring/grafana/dashboard.json"));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.TryGetProperty("targets", out var targets) ? targets.EnumerateArray().ToArray() : [])
            .Select(target => target.GetProperty("expr").GetString()!).ToList();

        Assert.True(queries.Count > 40);
        Assert.All(queries, query => AssertExported(query, recorded: []));
    }

    [Fact]
    public void The_dashboard_shows_the_whole_catalogue()
    {
        var dashboard = Shipped.File("deploy/monitoring/grafana/dashboard.json");

        Assert.All(MetricCatalogue.All, metric => Assert.Contains(metric.PrometheusName, dashboard));
    }

    [Fact]
    public void Every_rule_names_what_is_exported_or_recorded()
    {
        var rules = new AlertRules(Shipped.Slo);
        HashSet<string> recorded = [.. rules.Shares.Concat(rules.Budgets).Select(rule => rule.Name)];

        Assert.All(rules.Shares.Concat(rules.Budgets), rule => AssertExported(rule.Query, []));
        Assert.All(rules.All, rule => AssertExported(rule.Query, recorded));
        Assert.All(rules.All, rule => AssertExported(rule.PlainQuery, []));     // where nothing is recorded
    }

    private void AssertExported(string query, HashSet<string> recorded)
    {
        var names = Selector().Matches(query).Select(match => match.Groups[1].Value).Concat(Recorded().Matches(query).Select(match => match.Value)).ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.True(server.Scrape.Names.Contains(name) || recorded.Contains(name), $"{name} is not exported: {query}"));
        Assert.DoesNotMatch("gatehouse_[a-z_]+(?![a-z_{])", query);     // every one is of one job
    }

    [GeneratedRegex("([a-zA-Z_][a-zA-Z0-9_]*)\\{")]
    private static partial Regex Selector();

    [GeneratedRegex("gatehouse:[a-z_]+:[a-z0-9_]+")]
    private static partial Regex Recorded();
}
