using Gatehouse.CloudRun.Lint.Fixes;
using Gatehouse.CloudRun.Lint.Rules;

namespace Gatehouse.CloudRun.Lint.Checks;

/// <summary>What a WebSocket, being one long request, suffers from.</summary>
internal static class SocketCheck
{
    private const long LongestOnKnative = 600;
    private const long LongestOnCloudRun = 3_600;
    private const long DefaultTimeout = 300;
    private const long FewSockets = 80;

    public static void Run(Subject subject, Findings findings)
    {
        if (!subject.IsService) return;
        Timeout(subject, findings);
        if (!subject.IsSocketService) return;
        Http2(subject, findings);
        Concurrency(subject, findings);
    }

    private static void Timeout(Subject subject, Findings findings)
    {
        if (subject.Spec.Map is null) return;
        var (spot, longest) = (subject.Spec["timeoutSeconds"], subject.IsCloudRun ? LongestOnCloudRun : LongestOnKnative);
        if (!subject.IsCloudRun && spot.Whole > LongestOnKnative)
            findings.Add(SocketRules.KnativeTimeout, spot, FormattableString.Invariant($"Knative allows {LongestOnKnative} s unless the cluster's max-revision-timeout-seconds says more"),
                "write 600, or raise max-revision-timeout-seconds in config-defaults first");
        if (!subject.IsSocketService || (spot.HasKey && spot.Whole is null)) return;
        var seconds = spot.Whole ?? DefaultTimeout;
        if (seconds >= longest || seconds < 1) return;
        findings.Add(SocketRules.TimeoutShort, spot,
            FormattableString.Invariant($"a WebSocket is one long request and is cut after {seconds} s{(spot.HasKey ? "" : ", the default")}; it could live for {longest}"), FormattableString.Invariant($"write timeoutSeconds: {longest} into spec.template.spec"));
    }

    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    private static void Http2(Subject subject, Findings findings)
    {
        // One that is probed by gRPC wants HTTP/2 and no WebSockets; of several ports only the first takes requests.
        if (subject.Containers.Any(static container => Probes.Any(probe => container[probe]["grpc"].Exists))) return;
        foreach (var name in subject.Containers.SelectMany(static container => container["ports"].Items).Take(1).Select(static port => port["name"]).Where(static name => name.Text is "h2c"))
            findings.Add(SocketRules.Http2, name, "with h2c requests come as HTTP/2 from end to end, and there are no WebSockets", "write http1, or leave the name out", Change.Of(Edit.Replace(name, "http1")));
    }

    private static void Concurrency(Subject subject, Findings findings)
    {
        var spot = subject.Spec["containerConcurrency"];
        if (spot.Whole is > 0 and < FewSockets)
            findings.Add(SocketRules.ConcurrencyLow, spot, FormattableString.Invariant($"each socket holds one of {spot.Whole} places for as long as it lives; with all taken a new instance starts, or the upgrade gets 429"),
                "write 250 to 1000: what an idle socket costs is memory");
        else if (subject.IsCloudRun && spot.Whole is null or 0 && subject.Ingress is { } ingress && Processors(ingress["resources"]["limits"]["cpu"].Text) is < 1)
            findings.Add(SocketRules.ConcurrencyLow, spot, "with less than one CPU the default is one request at a time, and so one socket an instance", "write containerConcurrency, or ask for a CPU");
    }

    private static double? Processors(string? text)
    {
        if (text is null) return null;
        var isMilli = text.EndsWith('m');
        return Manifests.YamlJson.TryReal(isMilli ? text[..^1] : text, out var number) ? (isMilli ? number / 1_000 : number) : null;
    }
}
