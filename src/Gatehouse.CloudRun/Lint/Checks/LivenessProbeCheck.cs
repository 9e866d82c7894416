using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Liveness probes: what fails one is killed without notice, with every socket on it.</summary>
internal static class LivenessProbeCheck
{
    private const long LongestSilence = 10;
    private const long SlowestSeconds = 300;

    public static void Run(Subject subject, Findings findings)
    {
        if (!subject.IsService) return;
        foreach (var container in subject.Containers)
        {
            var (probe, startup) = (new ProbeView(container["livenessProbe"]), new ProbeView(container["startupProbe"]));
            if (!probe.Exists) continue;
            Delay(subject, probe, startup, findings);
            Pace(probe, findings);
            AsReadiness(probe, new(container["readinessProbe"]), findings);
        }
    }

    private static void Delay(Subject subject, ProbeView probe, ProbeView startup, Findings findings)
    {
        if (!startup.Exists)
        {
            findings.AddKey(ProbeRules.LivenessBeforeStart, probe.Spot, "without a start-up probe liveness is asked as soon as the port is open, and an instance that is still starting is killed",
                "write a startupProbe: liveness begins only after it has succeeded");
            return;
        }
        if (probe.Delay <= LongestSilence) return;
        // Only where the start-up probe asks the application: an open port proves little, and the delay may be meant for the rest.
        var change = startup.Tcp.HasKey ? null : Change.Of(Edit.Set(subject.Text, probe.Spot, "initialDelaySeconds", "0"));
        findings.Add(ProbeRules.LivenessDelay, probe.Spot["initialDelaySeconds"],
            FormattableString.Invariant($"liveness begins only after the start-up probe has succeeded; {probe.Delay} s more gain nothing, and an instance that hangs is kept as long"), "write initialDelaySeconds: 0", change);
    }

    private static void Pace(ProbeView probe, Findings findings)
    {
        if (probe.Failures is 1)
            findings.Add(ProbeRules.LivenessImpatient, probe.Spot["failureThreshold"], "one slow answer is enough to kill the instance without notice, and all its sockets and runs with it", "write failureThreshold: 3, with a timeoutSeconds of a few seconds");
        if (probe.Window > SlowestSeconds)
            findings.Add(ProbeRules.LivenessSlow, probe.Spot["periodSeconds"], FormattableString.Invariant($"an instance that hangs is kept for {probe.Window} s: failureThreshold {probe.Failures} times periodSeconds {probe.Period}"), "ask every 10 s, and kill after 3 failures");
    }

    private static void AsReadiness(ProbeView probe, ProbeView readiness, Findings findings)
    {
        if (probe.Http.Map is null || readiness.Http.Map is null || probe.Path != readiness.Path) return;
        findings.Add(ProbeRules.LivenessAsksReadiness, probe.Http["path"], $"'{Shown.Of(probe.Path)}' is what readiness asks, too: what makes an instance unready, such as a database that is away, kills it, and a new one is no better off",
            "ask for the process alone, as /health of a Gatehouse does");
    }
}
