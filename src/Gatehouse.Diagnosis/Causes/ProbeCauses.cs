using System.Globalization;

namespace Gatehouse.Diagnosis;

/// <summary>Probes of the platform that judge a good process ill.</summary>
internal static class ProbeCauses
{
    private static readonly Remedy Lint = Do.Prevent("Lint the manifest in the pipeline.", "gatehouse lint --strict service.yaml", Owner.Platform);

    public static IReadOnlyList<Cause> Rows { get; } =
    [
        new("probe.port_wrong", "The platform probes a port where nothing listens")
        {
            Needs = "a probe's port that is not among the ports the process listens on",
            Shows = static scene => scene.Process is { Ports: { Count: > 0 } ports }
                && scene.Probes.FirstOrDefault(probe => probe.Port is { } port && !ports.Contains(port)) is { } wrong
                ? Finding.Of(EvidenceSource.Platform, $"the {Word(wrong)} probe asks port {wrong.Port}, the process listens on {string.Join(", ", ports)}")
                : null,
            Why = "The platform asks a port where nothing listens, and takes the silence for an illness.",
            Lacks = "The port is written in the manifest and in the program, and nothing compares them.",
            Remedies = [Do.Now("Correct the port in the manifest; let the program take PORT.", "gcloud run services replace service.yaml", Owner.OnCall, Risk.Medium), Do.Next("Start the manifest locally.", "gatehouse local service.yaml --run <image>=<command>", Owner.Developers, Risk.None), Lint],
        },
        new("probe.path_wrong", "The platform probes a path that does not exist")
        {
            Needs = "a probe that was answered with 404, or whose path is not among those the process answers",
            Shows = static scene => scene.Probes.FirstOrDefault(probe => probe is { Path: { } path, Port: var port }
                && (probe.Status == 404 || (scene.Process is { ProbePaths.Count: > 0 } process && !process.ProbePaths.Contains(path)))) is { } wrong
                ? Finding.Of(EvidenceSource.Platform, $"the {Word(wrong)} probe asks {wrong.Path}{(wrong.Status is { } status ? $" and gets {status}" : "")}")
                : null,
            Why = "The platform asks a path that the process does not know, and takes the 404 for an illness.",
            Lacks = "The path is written in the manifest and in the program, and nothing compares them.",
            Remedies = [Do.Now("Correct the path in the manifest: /startup, /ready or /health.", "gcloud run services replace service.yaml", Owner.OnCall, Risk.Medium), Do.Next("Start the manifest locally.", "gatehouse local service.yaml --run <image>=<command>", Owner.Developers, Risk.None), Lint],
        },
        new("probe.too_early", "The platform gives the start up too early")
        {
            Needs = "a start-up probe that failed, or restarts, while the start was in progress with nothing wrong in it; its patience (delay + period × threshold) is shorter than the start takes",
            Shows = static scene => scene.Probes.FirstOrDefault(static probe => probe.Kind == PlatformProbeKind.Startup) is { } probe
                && Patience(probe) is { } patience && scene.StartTakes > patience && (scene.Restarts > 0 || scene.LineOf("probe_failed") is not null)
                ? Finding.Of(EvidenceSource.Platform, string.Create(CultureInfo.InvariantCulture, $"the start-up probe waits {patience.TotalSeconds:0.#} s, the start takes {scene.StartTakes.TotalSeconds:0.#} s or more"), scene.LineOf("probe_failed")?.At)
                : null,
            Why = "The start is in good progress, and the platform ends it before it is done.",
            Lacks = "The probe's patience is a guess, not a multiple of the time that starts are seen to take.",
            Remedies =
            [
                Do.Now("Raise the start-up probe's failureThreshold.", "gcloud run services replace service.yaml", Owner.OnCall, Risk.Low),
                Do.Next("Measure how long starts take: p99 and the critical path.", "curl <service>/api/startup", Owner.Developers, Risk.None),
                Do.Prevent("Keep the patience at twice to three times the measured p99 of starts.", null, Owner.Platform),
            ],
        },
    ];

    private static TimeSpan? Patience(PlatformProbe probe) =>
        probe is { Period: { } period, FailureThreshold: { } most } ? (probe.InitialDelay ?? TimeSpan.Zero) + (period * most) : null;

    private static string Word(PlatformProbe probe) => probe.Kind switch
    {
        PlatformProbeKind.Startup => "start-up",
        PlatformProbeKind.Liveness => "liveness",
        _ => "readiness",
    };
}
