using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>Start-up probes: they should ask at once and often, for as long as a start may take.</summary>
internal static class StartupProbeCheck
{
    private const long LongestPortable = 240;
    private const long Longest = 600;
    private const long LongestWithGpu = 1_800;
    private const long FewestRefusals = 20;
    private const long LongestSilence = 5;      // a delay up to this is a matter of taste

    public static void Run(Subject subject, Findings findings)
    {
        if (!subject.IsService) return;
        if (subject.Ingress is { } ingress && !ingress["startupProbe"].Exists)
            findings.Add(ProbeRules.NoStartupProbe, ingress["startupProbe"], "without a start-up probe the service counts as up as soon as its port is open, whatever it still waits for",
                "write a startupProbe with httpGet, periodSeconds: 1 and a failureThreshold for as long as a start may take");
        foreach (var container in subject.Containers)
        {
            var probe = new ProbeView(container["startupProbe"]);
            if (!probe.Exists) continue;
            OneFailure(subject, probe, findings);
            Delay(subject, probe, findings);
            if (subject.IsCloudRun) Window(container, probe, findings);
        }
    }

    private static void OneFailure(Subject subject, ProbeView probe, Findings findings)
    {
        if (probe.Http.Map is null || probe.Failures is not 1) return;
        var most = Math.Max(1, LongestPortable / Math.Max(1, probe.Period));
        var change = most < FewestRefusals ? null : Change.Of(Edit.Set(subject.Text, probe.Spot, "failureThreshold", Number(Math.Min(most, Math.Max(FewestRefusals, 60 / Math.Max(1, probe.Period))))));
        findings.Add(ProbeRules.StartupOneFailure, probe.Spot["failureThreshold"],
            "the first connection that is refused is the one failure allowed: the instance ends a quarter of a second after its start, before it can listen (a TCP probe would wait, an HTTP probe does not)",
            "write failureThreshold: 20 or more, with periodSeconds: 1 to 3", change);
    }

    private static void Delay(Subject subject, ProbeView probe, Findings findings)
    {
        if (probe.Delay <= LongestSilence) return;
        var patience = probe.Delay + probe.Window;
        var failures = (patience + probe.Period - 1) / Math.Max(1, probe.Period);
        var fits = failures * probe.Period <= LongestPortable && probe.Period > 0;
        var change = fits ? Change.Of(Edit.Set(subject.Text, probe.Spot, "initialDelaySeconds", "0"), Edit.Set(subject.Text, probe.Spot, "failureThreshold", Number(failures))) : null;
        if (change is { Edits: [var one, var two] } && one.End >= two.Start) change = null;
        findings.Add(ProbeRules.StartupDelay, probe.Spot["initialDelaySeconds"],
            FormattableString.Invariant($"nobody asks for {probe.Delay} s, so that no instance is ready sooner, however fast it starts: every deployment, and every request that waits for an instance, waits as long"),
            FormattableString.Invariant($"write initialDelaySeconds: 0, and failureThreshold: {failures} for the same patience of {patience} s"), change);
    }

    private static void Window(Spot container, ProbeView probe, Findings findings)
    {
        var longest = container["resources"]["limits"]["nvidia.com/gpu"].Exists ? LongestWithGpu : Longest;
        foreach (var (spot, seconds, what) in new[] { (probe.Spot["initialDelaySeconds"], probe.Delay, "initialDelaySeconds"), (probe.Spot["failureThreshold"], probe.Window, "failureThreshold times periodSeconds") })
        {
            if (seconds > longest)
                findings.Add(ProbeRules.StartupWindow, spot, FormattableString.Invariant($"{what} is {seconds} s, more than the {longest} s that a start may take"), FormattableString.Invariant($"stay within {LongestPortable} s"));
            else if (seconds > LongestPortable)
                findings.Add(ProbeRules.StartupWindowUnportable, spot,
                    FormattableString.Invariant($"{what} is {seconds} s: the guide says {longest}, the reference of the API and measurements say {LongestPortable}"), FormattableString.Invariant($"stay within {LongestPortable} s"));
        }
    }

    private static string Number(long number) => FormattableString.Invariant($"{number}");
}
