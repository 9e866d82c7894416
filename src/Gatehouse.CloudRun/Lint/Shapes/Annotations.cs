using System.Collections.Frozen;

namespace Gatehouse.CloudRun.Lint.Shapes;

/// <summary>Where an annotation may stand.</summary>
[Flags]
internal enum Level
{
    None = 0,
    Service = 1,
    Revision = 2,
    Job = 4,
    Execution = 8,
}

/// <summary>An annotation of Cloud Run.</summary>
/// <param name="Levels">Where it belongs.</param>
internal sealed record Annotation(Level Levels)
{
    /// <summary>If not null, the only values.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>A number of instances.</summary>
    public bool IsCount { get; init; }

    public bool IsOutput { get; init; }
}

/// <summary>The annotations that there are (the API's reference, v1, and gcloud), and what people invent.</summary>
internal static class Annotations
{
    private const Level Everywhere = Level.Service | Level.Revision | Level.Job | Level.Execution;
    private static readonly string[] TrueOrFalse = ["true", "false"];

    public static readonly FrozenDictionary<string, Annotation> Known = new Dictionary<string, Annotation>
    {
        ["autoscaling.knative.dev/minScale"] = new(Level.Revision) { IsCount = true },
        ["autoscaling.knative.dev/maxScale"] = new(Level.Revision) { IsCount = true },
        ["run.googleapis.com/base-images"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/ambient-networking"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/binary-authorization"] = new(Level.Service | Level.Job | Level.Execution),
        ["run.googleapis.com/binary-authorization-breakglass"] = new(Level.Service | Level.Job),
        ["run.googleapis.com/build-base-image"] = new(Level.Service),
        ["run.googleapis.com/build-enable-automatic-updates"] = new(Level.Service),
        ["run.googleapis.com/build-environment-variables"] = new(Level.Service),
        ["run.googleapis.com/build-function-target"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/build-id"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/build-image-uri"] = new(Level.Service),
        ["run.googleapis.com/build-name"] = new(Level.Service),
        ["run.googleapis.com/build-service-account"] = new(Level.Service),
        ["run.googleapis.com/build-source-location"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/build-worker-pool"] = new(Level.Service),
        ["run.googleapis.com/client-name"] = new(Everywhere),
        ["run.googleapis.com/client-version"] = new(Everywhere),
        ["run.googleapis.com/cloudsql-instances"] = new(Level.Revision | Level.Execution),
        ["run.googleapis.com/container-dependencies"] = new(Level.Revision),
        ["run.googleapis.com/cpu-throttling"] = new(Level.Revision) { Values = TrueOrFalse },
        ["run.googleapis.com/creator"] = new(Everywhere) { IsOutput = true },
        ["run.googleapis.com/custom-audiences"] = new(Level.Service),
        ["run.googleapis.com/default-url-disabled"] = new(Level.Service) { Values = TrueOrFalse },
        ["run.googleapis.com/description"] = new(Level.Service),
        ["run.googleapis.com/enable-automatic-updates"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/encryption-key"] = new(Level.Revision | Level.Execution),
        ["run.googleapis.com/encryption-key-shutdown-hours"] = new(Level.Revision),
        ["run.googleapis.com/execution-environment"] = new(Level.Revision | Level.Execution) { Values = ["gen1", "gen2"] },
        ["run.googleapis.com/function-target"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/gc-traffic-tags"] = new(Level.Service),
        ["run.googleapis.com/gpu-zonal-redundancy-disabled"] = new(Level.Revision) { Values = TrueOrFalse },
        ["run.googleapis.com/health-check-disabled"] = new(Level.Revision) { Values = TrueOrFalse },
        ["run.googleapis.com/iap-enabled"] = new(Level.Service) { Values = TrueOrFalse },
        ["run.googleapis.com/identity"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/identity-certificate-enabled"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/identity-type"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/image-uri"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/ingress"] = new(Level.Service) { Values = ["all", "internal", "internal-and-cloud-load-balancing"] },
        ["run.googleapis.com/ingress-status"] = new(Level.Service) { IsOutput = true },
        ["run.googleapis.com/invoker-iam-disabled"] = new(Level.Service) { Values = TrueOrFalse },
        ["run.googleapis.com/lastModifier"] = new(Everywhere) { IsOutput = true },
        ["run.googleapis.com/launch-stage"] = new(Level.Service | Level.Job) { Values = ["ALPHA", "BETA", "GA"] },
        ["run.googleapis.com/manualInstanceCount"] = new(Level.Service) { IsCount = true },
        ["run.googleapis.com/maxScale"] = new(Level.Service) { IsCount = true },
        ["run.googleapis.com/mesh"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/mesh-dataplane"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/minScale"] = new(Level.Service) { IsCount = true },
        ["run.googleapis.com/network-interfaces"] = new(Level.Revision | Level.Execution),
        ["run.googleapis.com/operation-id"] = new(Level.Service | Level.Job) { IsOutput = true },
        ["run.googleapis.com/overflow-scaling"] = new(Level.Revision),
        ["run.googleapis.com/post-key-revocation-action-type"] = new(Level.Revision),
        ["run.googleapis.com/presets"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/regions"] = new(Level.Service),
        ["run.googleapis.com/scaling-concurrency-target"] = new(Level.Revision),
        ["run.googleapis.com/scaling-cpu-target"] = new(Level.Revision),
        ["run.googleapis.com/scalingMode"] = new(Level.Service),
        ["run.googleapis.com/secrets"] = new(Level.Revision | Level.Execution),
        ["run.googleapis.com/secure-session-agent"] = new(Level.Revision),
        ["run.googleapis.com/sessionAffinity"] = new(Level.Revision) { Values = TrueOrFalse },
        ["run.googleapis.com/source-location"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/sources"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/startup-cpu-boost"] = new(Level.Revision) { Values = TrueOrFalse },
        ["run.googleapis.com/threat-detection"] = new(Level.Service | Level.Revision),
        ["run.googleapis.com/urls"] = new(Level.Service) { IsOutput = true },
        ["run.googleapis.com/vpc-access-connector"] = new(Level.Revision | Level.Execution),
        ["run.googleapis.com/vpc-access-egress"] = new(Level.Revision | Level.Execution) { Values = ["all-traffic", "all", "private-ranges-only"] },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names that people write, without dashes and in small letters, and where what they mean really stands.</summary>
    public static readonly FrozenDictionary<string, string> Meant = new Dictionary<string, string>
    {
        ["timeout"] = "spec.template.spec.timeoutSeconds",
        ["timeoutseconds"] = "spec.template.spec.timeoutSeconds",
        ["requesttimeout"] = "spec.template.spec.timeoutSeconds",
        ["cpu"] = "resources.limits.cpu of the container",
        ["cpulimit"] = "resources.limits.cpu of the container",
        ["memory"] = "resources.limits.memory of the container",
        ["memorylimit"] = "resources.limits.memory of the container",
        ["gpu"] = "resources.limits[nvidia.com/gpu] of the container",
        ["concurrency"] = "spec.template.spec.containerConcurrency",
        ["containerconcurrency"] = "spec.template.spec.containerConcurrency",
        ["maxconcurrency"] = "spec.template.spec.containerConcurrency",
        ["mininstances"] = "the annotation autoscaling.knative.dev/minScale of the template, or run.googleapis.com/minScale of the service",
        ["mininstancecount"] = "the annotation autoscaling.knative.dev/minScale of the template, or run.googleapis.com/minScale of the service",
        ["maxinstances"] = "the annotation autoscaling.knative.dev/maxScale of the template, or run.googleapis.com/maxScale of the service",
        ["maxinstancecount"] = "the annotation autoscaling.knative.dev/maxScale of the template, or run.googleapis.com/maxScale of the service",
        ["readinessprobepath"] = "readinessProbe.httpGet.path of the container",
        ["livenessprobepath"] = "livenessProbe.httpGet.path of the container",
        ["startupprobepath"] = "startupProbe.httpGet.path of the container",
        ["healthcheckpath"] = "startupProbe.httpGet.path of the container",
        ["port"] = "ports[0].containerPort of the container",
        ["containerport"] = "ports[0].containerPort of the container",
        ["serviceaccount"] = "spec.template.spec.serviceAccountName",
        ["serviceaccountname"] = "spec.template.spec.serviceAccountName",
        ["http2"] = "ports[0].name: h2c of the container, which rules out WebSockets",
        ["usehttp2"] = "ports[0].name: h2c of the container, which rules out WebSockets",
        ["websocket"] = "nothing: WebSockets work without being asked for",
        ["websockets"] = "nothing: WebSockets work without being asked for",
        ["allowunauthenticated"] = "the annotation run.googleapis.com/invoker-iam-disabled of the service, or an IAM binding",
        ["traffic"] = "spec.traffic",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether Cloud Run decides which annotations with this prefix there are.</summary>
    public static bool IsRestricted(string key) => key.StartsWith("run.googleapis.com/", StringComparison.Ordinal) || key.StartsWith("autoscaling.knative.dev/", StringComparison.Ordinal);

    public static string Flat(string key) => string.Concat(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..].Where(static each => each is not ('-' or '_'))).ToLowerInvariant();

    public static string Tell(Level level) => level switch
    {
        Level.Service => "metadata.annotations (the service)",
        Level.Revision => "spec.template.metadata.annotations (the template)",
        Level.Job => "metadata.annotations (the job)",
        _ => "spec.template.metadata.annotations (the template)",
    };
}
