using System.Globalization;
using System.Text.Json;

namespace Gatehouse.Operations.Monitoring;

/// <summary>
/// The alerts as alert policies of Google Cloud Monitoring, one file each, for <c>gcloud monitoring policies create --policy-from-file</c>.
/// There are no recorded series, so that each query stands for itself. Where notifications go is the project's own.
/// </summary>
internal static class GooglePolicies
{
    public static IEnumerable<(string File, string Content)> Write(Slo slo) =>
        new AlertRules(slo).All.Select(rule => ($"{FileName(rule.Name)}.json", MonitoringJson.Write(json => WritePolicy(json, slo, rule))));

    private static void WritePolicy(Utf8JsonWriter json, Slo slo, AlertRule rule)
    {
        var severity = MetricLabel.Of(rule.Severity.ToString());
        json.WriteStartObject();
        json.WriteString("displayName", $"gatehouse-{rule.Group}/{rule.Name}");
        json.WriteString("severity", rule.Severity is Severity.Page ? "CRITICAL" : "WARNING");
        json.WriteBoolean("enabled", true);
        json.WriteString("combiner", "OR");
        json.WriteStartArray("conditions");
        WriteCondition(json, rule, severity);
        json.WriteEndArray();
        json.WriteStartObject("alertStrategy");
        json.WriteString("autoClose", "1800s");
        json.WriteEndObject();
        json.WriteStartObject("documentation");
        json.WriteString("subject", $"Gatehouse: {rule.Name}");
        json.WriteString("mimeType", "text/markdown");
        json.WriteString("content", $"{Labels(rule.Summary)}\n\n{rule.Description}\n\nRunbook: {rule.RunbookOf(slo)}");
        json.WriteEndObject();
        json.WriteStartObject("userLabels");
        json.WriteString("service", FileName(slo.Job));
        json.WriteString("severity", severity);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteCondition(Utf8JsonWriter json, AlertRule rule, string severity)
    {
        json.WriteStartObject();
        json.WriteString("displayName", rule.Name);
        json.WriteStartObject("conditionPrometheusQueryLanguage");
        json.WriteString("query", rule.PlainQuery);
        json.WriteString("duration", string.Create(CultureInfo.InvariantCulture, $"{rule.For.TotalSeconds:0}s"));
        json.WriteString("evaluationInterval", "30s");
        json.WriteStartObject("labels");
        json.WriteString("severity", severity);
        json.WriteEndObject();
        json.WriteString("ruleGroup", $"gatehouse-{rule.Group}");
        json.WriteString("alertRule", rule.Name);
        // A metric that nothing has reported yet is no error in a policy that is there before the service.
        json.WriteBoolean("disableMetricValidation", true);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    // Prometheus' variables have other names there; what is a value of the query is left to the incident's own page.
    private static string Labels(string summary)
    {
        foreach (var label in (string[])["node", "instance", "reason", "rule"])
            summary = summary.Replace($"{{{{ $labels.{label} }}}}", $"${{metric_or_resource.label.{label}}}");
        return summary.Replace("took {{ $value | humanizeDuration }} to become", "was slow to become").Replace(": {{ $value | humanizeDuration }} a check", "");
    }

    private static string FileName(string name) =>
        string.Concat(name.Select((letter, i) => char.IsAsciiLetterUpper(letter) ? $"{(i > 0 ? "-" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
