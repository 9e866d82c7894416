namespace Gatehouse.CloudRun.Lint.Rules;

/// <summary>GH13: probes.</summary>
internal static class ProbeRules
{
    public static readonly Rule StartupOneFailure = new("GH1301", "startup-one-failure", Severity.Error, "An HTTP start-up probe that allows one failure ends with its first refused connection.");
    public static readonly Rule StartupDelay = new("GH1302", "startup-delay", Severity.Warning, "A start-up probe waits before it asks, which only makes the service ready later.");
    public static readonly Rule StartupWindow = new("GH1303", "startup-window", Severity.Error, "The start-up probe waits longer than Cloud Run lets it.");
    public static readonly Rule StartupWindowUnportable = new("GH1304", "startup-window-unportable", Severity.Warning, "The start-up probe waits longer than some projects are allowed.");
    public static readonly Rule TimeoutAbovePeriod = new("GH1305", "probe-timeout-above-period", Severity.Error, "A probe may take longer than its period.");
    public static readonly Rule SuccessThreshold = new("GH1306", "success-threshold", Severity.Error, "The successThreshold of a start-up or liveness probe must be 1.");
    public static readonly Rule Handler = new("GH1307", "probe-handler", Severity.Error, "A probe must have exactly one way to ask.");
    public static readonly Rule Tcp = new("GH1308", "probe-tcp", Severity.Error, "Only a start-up probe can ask by TCP.");
    public static readonly Rule ReservedPath = new("GH1309", "reserved-path", Severity.Warning, "The probe's path is one that Cloud Run reserves.");
    public static readonly Rule LivenessDelay = new("GH1310", "liveness-delay", Severity.Warning, "A liveness probe waits although the start-up probe has waited already.");
    public static readonly Rule LivenessImpatient = new("GH1311", "liveness-impatient", Severity.Warning, "One slow answer kills the instance and all its sockets.");
    public static readonly Rule LivenessSlow = new("GH1312", "liveness-slow", Severity.Warning, "An instance that hangs is kept for minutes.");
    public static readonly Rule LivenessAsksReadiness = new("GH1313", "liveness-asks-readiness", Severity.Warning, "The liveness probe asks what readiness asks: an outage of a dependency kills every instance.");
    public static readonly Rule NoStartupProbe = new("GH1314", "no-startup-probe", Severity.Warning, "Without a start-up probe an open port is all the proof that the service is up.");
    public static readonly Rule ReadinessWithAffinity = new("GH1315", "readiness-with-affinity", Severity.Warning, "With session affinity an instance that is not ready goes on getting requests.");
    public static readonly Rule Port = new("GH1316", "probe-port", Severity.Error, "On Knative a probe must ask the container's port.");
    public static readonly Rule LivenessBeforeStart = new("GH1317", "liveness-before-start", Severity.Warning, "A liveness probe without a start-up probe may kill an instance that is still starting.");

    public static readonly Rule[] All =
    [
        StartupOneFailure, StartupDelay, StartupWindow, StartupWindowUnportable, TimeoutAbovePeriod, SuccessThreshold, Handler, Tcp, ReservedPath, LivenessDelay,
        LivenessImpatient, LivenessSlow, LivenessAsksReadiness, NoStartupProbe, ReadinessWithAffinity, Port, LivenessBeforeStart,
    ];
}
