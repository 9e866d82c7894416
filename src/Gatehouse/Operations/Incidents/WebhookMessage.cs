using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatehouse.Operations.Incidents;

/// <summary>What a webhook is told. Two forms: the incident itself, and what Alertmanager sends to its receivers.</summary>
internal static class WebhookMessage
{
    private const string AlertName = "GatehouseIncident";

    public static byte[] Write(Incident incident, WebhookForm form) => form is WebhookForm.Plain
        ? IncidentJson.WriteUtf8(incident with { Case = null })
        : JsonSerializer.SerializeToUtf8Bytes(Alert(incident), AlertmanagerJsonContext.Default.AlertmanagerMessage);

    // https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4
    private static AlertmanagerMessage Alert(Incident incident)
    {
        var status = incident.IsOpen ? "firing" : "resolved";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["alertname"] = AlertName,
            ["incident"] = incident.Id,
            ["instance"] = incident.Instance,
            ["revision"] = incident.Revision,
            ["rule"] = MetricLabel.Of(incident.Rules[0].ToString()),
        };
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["summary"] = incident.Title };
        if (incident.Diagnosis is { } report)
        {
            annotations["description"] = report.Summary;
            annotations["verdict"] = MetricLabel.Of(report.Verdict.ToString());
            if (report.Roots is [{ Remedies: [var remedy, ..] }, ..]) annotations["remedy"] = remedy.Command is { } command ? $"{remedy.Text} {command}" : remedy.Text;
        }
        var alert = new AlertmanagerAlert(status, labels, annotations, Time(incident.OpenedAt), Time(incident.ClosedAt ?? DateTimeOffset.MinValue), "", Fingerprint(incident.Id));
        return new("4", $"{{}}:{{incident=\"{incident.Id}\"}}", 0, status, "gatehouse", new() { ["incident"] = incident.Id }, labels, annotations, "", [alert]);
    }

    // Open alerts end at Go's zero time.
    private static string Time(DateTimeOffset at) => at == DateTimeOffset.MinValue
        ? "0001-01-01T00:00:00Z"
        : at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Fingerprint(string id) =>
        System.IO.Hashing.XxHash64.HashToUInt64(System.Text.Encoding.UTF8.GetBytes(id)).ToString("x16", CultureInfo.InvariantCulture);
}

internal sealed record AlertmanagerMessage(
    string Version, string GroupKey, int TruncatedAlerts, string Status, string Receiver, SortedDictionary<string, string> GroupLabels,
    SortedDictionary<string, string> CommonLabels, SortedDictionary<string, string> CommonAnnotations,
    [property: JsonPropertyName("externalURL")] string ExternalUrl, IReadOnlyList<AlertmanagerAlert> Alerts);

internal sealed record AlertmanagerAlert(
    string Status, SortedDictionary<string, string> Labels, SortedDictionary<string, string> Annotations, string StartsAt, string EndsAt,
    [property: JsonPropertyName("generatorURL")] string GeneratorUrl, string Fingerprint);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AlertmanagerMessage))]
internal sealed partial class AlertmanagerJsonContext : JsonSerializerContext;
