namespace Gatehouse.Operations.Monitoring;

/// <summary>All that is generated from one SLO, by path.</summary>
internal static class MonitoringFiles
{
    public static IReadOnlyList<(string Path, string Content)> Of(Slo slo) =>
    [
        ("prometheus/rules.yaml", PrometheusRules.Write(slo)),
        ("grafana/dashboard.json", Dashboard.Write(slo)),
        .. GooglePolicies.Write(slo).Select(policy => ($"google/{policy.File}", policy.Content)),
    ];
}
