using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;
using Gatehouse.CloudRun.Manifests;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>What holds for every probe.</summary>
internal static class ProbeCheck
{
    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];
    private static readonly string[] Handlers = ["httpGet", "tcpSocket", "grpc", "exec"];

    public static void Run(Subject subject, Findings findings)
    {
        if (!subject.IsService) return;
        foreach (var container in subject.Containers)
        {
            foreach (var name in Probes)
            {
                var probe = new ProbeView(container[name]);
                if (!probe.Exists) continue;
                Handler(subject, name, probe, findings);
                Numbers(subject, name, probe, findings);
                if (subject.IsCloudRun) Path(probe, findings);
                else Port(container, probe, findings);
            }
        }
        if (subject.IsCloudRun && subject.TemplateAnnotation("run.googleapis.com/sessionAffinity").Truth is true)
            foreach (var probe in subject.Containers.Select(static container => container["readinessProbe"]).Where(static probe => probe.Exists))
                findings.AddKey(ProbeRules.ReadinessWithAffinity, probe, "with session affinity requests go on to an instance that is not ready: the probe keeps only newcomers away", "leave sessionAffinity out; a Gatehouse needs none");
    }

    private static void Handler(Subject subject, string name, ProbeView probe, Findings findings)
    {
        var given = Handlers.Where(handler => probe.Spot[handler].Exists).ToArray();
        // Knative asks by TCP where nothing is said.
        if (given.Length > 1 || (given.Length is 0 && subject.IsCloudRun))
            findings.AddKey(ProbeRules.Handler, probe.Spot, given.Length is 0 ? $"{name} does not say how to ask" : $"{name} asks in {given.Length} ways: {string.Join(", ", given)}", "write one of httpGet, grpc, and for a start-up probe tcpSocket");
        if (subject.IsCloudRun && name is not "startupProbe" && probe.Tcp.HasKey)
            findings.AddKey(ProbeRules.Tcp, probe.Tcp, $"Cloud Run's {name} cannot ask by TCP: only a start-up probe can", "ask by httpGet or grpc");
    }

    private static void Numbers(Subject subject, string name, ProbeView probe, Findings findings)
    {
        if (name is not "readinessProbe" && probe.Spot["successThreshold"].Whole is { } successes and not 1)
            findings.Add(ProbeRules.SuccessThreshold, probe.Spot["successThreshold"], FormattableString.Invariant($"the successThreshold of a {name} must be 1, and is {successes}"), "write successThreshold: 1, or leave it out",
                Change.Of(Edit.Replace(probe.Spot["successThreshold"], "1")));
        if (!subject.IsCloudRun) return;
        if (probe.Timeout > probe.Period)
            findings.Add(ProbeRules.TimeoutAbovePeriod, probe.Spot[probe.Spot["timeoutSeconds"].HasKey ? "timeoutSeconds" : "periodSeconds"],
                FormattableString.Invariant($"an answer may take {probe.Timeout} s, but the next question comes after {probe.Period} s"), FormattableString.Invariant($"write a timeoutSeconds of at most {probe.Period}, or a longer period"));
        var most = name is "readinessProbe" ? 300 : name is "livenessProbe" ? 3_600 : long.MaxValue;     // the start-up probe's are its window's
        foreach (var key in new[] { "periodSeconds", "timeoutSeconds" })
        {
            if (probe.Spot[key].Whole is not { } seconds || (seconds >= 1 && seconds <= most)) continue;
            var range = most is long.MaxValue ? "1 or more" : FormattableString.Invariant($"from 1 to {most}");
            findings.Add(KeyRules.OutOfRange, probe.Spot[key], FormattableString.Invariant($"{key} is {seconds}: it must be {range}"), $"write a number {range}");
        }
    }

    private static void Path(ProbeView probe, Findings findings)
    {
        if (probe.Http.Map is null) return;
        var path = probe.Path;
        var bare = path.Split('?', '#')[0];
        if (bare.EndsWith('z') || bare is "/eventlog" || bare.StartsWith("/_ah/", StringComparison.Ordinal))
            findings.Add(ProbeRules.ReservedPath, probe.Http["path"], $"'{Shown.Of(path)}' is a path that Cloud Run may keep for itself: the probe gets through, and from outside the same path is a 404 of Google's that never reaches the container",
                "choose a path that does not end in z, as /startup, /ready or /health");
    }

    private static void Port(Spot container, ProbeView probe, Findings findings)
    {
        var port = container["ports"].Items.FirstOrDefault()?["containerPort"].Whole ?? 8080;
        foreach (var asked in new[] { probe.Http["port"], probe.Tcp["port"], probe.Grpc["port"] })
            if (asked.Whole is { } other and not 0 && other != port)
                findings.Add(ProbeRules.Port, asked, FormattableString.Invariant($"the probe asks port {other}, and the container has {port}: Knative refuses another port"), "leave the probe's port out");
    }
}
