using System.Globalization;
using Gatehouse.CloudRun.Resources;
using Gatehouse.LocalRun.Probes;

namespace Gatehouse.LocalRun.Revisions;

/// <summary>What a revision's instances need to know, read once from the resource with the platform's defaults filled in.</summary>
internal sealed record RevisionSettings
{
    private const int DefaultConcurrency = 80;
    private const int DefaultMaxInstances = 100;
    private const int DefaultTimeoutSeconds = 300;
    private const int DefaultPort = 8080;
    private const double TargetUtilization = 0.6;

    public required string Service { get; init; }

    public required string Revision { get; init; }

    public required Container Container { get; init; }

    public required string ContainerName { get; init; }

    public required int Concurrency { get; init; }

    public required TimeSpan Timeout { get; init; }

    public int MinInstances { get; init; }

    public int MaxInstances { get; init; } = DefaultMaxInstances;

    public bool HasAffinity { get; init; }

    public bool IsHealthCheckDisabled { get; init; }

    public bool SpeaksHttp2 { get; init; }

    /// <summary>What the manifest calls the container's port; an instance's real one is another.</summary>
    public int ContainerPort { get; init; } = DefaultPort;

    public ProbeSettings Startup { get; init; } = ProbeSettings.DefaultStartup;

    public ProbeSettings? Liveness { get; init; }

    public ProbeSettings? Readiness { get; init; }

    /// <summary>The requests of one instance that the autoscaler aims at: 60 % of what it may have.</summary>
    public int TargetConcurrency => Math.Max(1, (int)(Concurrency * TargetUtilization));

    public static RevisionSettings Of(string service, string revision, ObjectMeta metadata, RevisionSpec spec)
    {
        var container = spec.Containers.FirstOrDefault(each => each.Ports is { Count: > 0 }) ?? spec.Containers[0];
        var port = container.Ports?.FirstOrDefault();
        return new()
        {
            Service = service,
            Revision = revision,
            Container = container,
            ContainerName = container.Name is { Length: > 0 } name ? name : $"{service}-1",
            Concurrency = spec.ContainerConcurrency is > 0 and var limit ? limit : HasWholeCpu(container) ? DefaultConcurrency : 1,
            Timeout = TimeSpan.FromSeconds(spec.TimeoutSeconds is > 0 and var seconds ? seconds : DefaultTimeoutSeconds),
            MinInstances = Number(metadata, "autoscaling.knative.dev/minScale") ?? 0,
            MaxInstances = Number(metadata, "autoscaling.knative.dev/maxScale") is > 0 and var most ? most : DefaultMaxInstances,
            HasAffinity = Is(metadata, "run.googleapis.com/sessionAffinity"),
            IsHealthCheckDisabled = Is(metadata, "run.googleapis.com/health-check-disabled"),
            SpeaksHttp2 = port?.Name is "h2c",
            ContainerPort = port?.Number ?? DefaultPort,
            Startup = ProbeSettings.Of(ProbeKind.Startup, container.StartupProbe) ?? ProbeSettings.DefaultStartup,
            Liveness = ProbeSettings.Of(ProbeKind.Liveness, container.LivenessProbe),
            Readiness = ProbeSettings.Of(ProbeKind.Readiness, container.ReadinessProbe),
        };
    }

    public static int? Number(ObjectMeta metadata, string annotation) =>
        int.TryParse(metadata.Annotations?.GetValueOrDefault(annotation), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool Is(ObjectMeta metadata, string annotation) =>
        string.Equals(metadata.Annotations?.GetValueOrDefault(annotation), "true", StringComparison.OrdinalIgnoreCase);

    private static bool HasWholeCpu(Container container)
    {
        var text = container.Resources?.Limits?.GetValueOrDefault("cpu") ?? "1";
        var (digits, unit) = text.EndsWith('m') ? (text[..^1], 1000d) : (text, 1d);
        return !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var cpu) || cpu / unit >= 1;
    }
}
