using System.Globalization;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>Finds what is wrong where nobody has said it; null where nothing is wrong that anybody would notice.</summary>
internal static class SymptomFinder
{
    private const int SomeFailures = 3;
    private const double ManyOf = 0.2;

    public static Symptom? Find(Scene scene)
    {
        if (scene.Given.Symptom is { } given) return given;
        return AtTheProbe(scene) ?? AtTheGraph(scene) ?? AtTheDoor(scene) ?? AtThePlatform(scene) ?? AtTheProviders(scene)
            ?? AtTheProcess(scene) ?? AtAMonitor(scene);
    }

    private static Symptom? AtTheProbe(Scene scene)
    {
        if (scene.Failure is not { } failure) return null;
        var kind = failure.Layer switch
        {
            ProbeLayer.Dns or ProbeLayer.Tcp or ProbeLayer.Tls => SymptomKind.Unreachable,
            ProbeLayer.Upgrade => SymptomKind.UpgradeRefused,
            ProbeLayer.Hello or ProbeLayer.Turn => SymptomKind.TurnFailed,
            _ => SymptomKind.ConnectionCut,
        };
        var status = scene.UpgradeStatus is { } code ? $" with {code}" : "";
        return new() { Kind = kind, Layer = failure.Layer, Text = $"A probe from outside fails at {failure.Layer.ToString().ToLowerInvariant()}{status}." };
    }

    private static Symptom? AtTheGraph(Scene scene)
    {
        if (scene.Given.Graph is not { IsReady: false } graph || scene.IsDraining) return null;
        if (graph.StartedAt is not null) return new() { Kind = SymptomKind.ReadinessLost, Text = "The instance was ready and is not any more." };
        var isIll = scene.Stories.Any(static story => story.Node.IsRequired && (story.Node.IsFatal || story.HasOpenEpisode || story.IsStale));
        var isLate = scene.BornAt is { } born && scene.At - born > scene.StartBudget;
        return isIll || isLate || scene.Restarts > 0 ? new() { Kind = SymptomKind.StartFailed, Text = "The start does not end." } : null;
    }

    private static Symptom? AtTheDoor(Scene scene)
    {
        if (scene is { IsReadyInside: true, IsDraining: false, Admission.Door: not null and not Door.Open } && scene.ReadyFor > scene.Slack)
            return new() { Kind = SymptomKind.UpgradeRefused, Text = "The front door is not open, though the graph is ready." };
        if (scene is { IsFull: true } || scene.Refused("too_many_handshakes") is not null)
            return new() { Kind = SymptomKind.UpgradeRefused, Text = "The front door refuses upgrades." };
        return null;
    }

    private static Symptom? AtThePlatform(Scene scene)
    {
        if (scene.Lines.FirstOrDefault(static line => line.Signature is not "probe_failed") is { } line)
            return new() { Kind = line.Signature is "request_timeout" or "backend_timeout" ? SymptomKind.ConnectionCut : SymptomKind.Unreachable, Text = line.Text };
        if (Catalogue.Probes.Select(row => row.Shows!(scene)).FirstOrDefault(static each => each is not null) is { } probe && (scene.Restarts > 0 || scene.LineOf("probe_failed") is not null))
            return new() { Kind = SymptomKind.StartFailed, Text = $"The platform ends the instance over a probe: {probe.Evidence[0].Text}." };
        return scene.Restarts > 0 && scene.ExitedBadly is not null
            ? new() { Kind = SymptomKind.StartFailed, Text = $"The platform has started the instance {scene.Restarts} times anew." } : null;
    }

    private static Symptom? AtTheProviders(Scene scene)
    {
        var failing = scene.Given.Providers.OrderBy(static each => each.Name, StringComparer.Ordinal).FirstOrDefault(IsFailing);
        if (failing is not null)
            return new() { Kind = SymptomKind.TurnFailed, Text = string.Create(CultureInfo.InvariantCulture, $"{Failed(failing)} of {failing.Calls} calls to {failing.Name} failed.") };
        var slow = scene.Given.Providers.OrderBy(static each => each.Name, StringComparer.Ordinal).FirstOrDefault(IsSlow);
        return slow is null ? null : new() { Kind = SymptomKind.Slow, Text = $"The answers of {slow.Name} are slow." };
    }

    private static Symptom? AtTheProcess(Scene scene) => ProcessCauses.Rows.Take(2).Select(row => row.Shows!(scene)).FirstOrDefault(static each => each is not null) is { } ill
        ? new() { Kind = SymptomKind.Slow, Text = $"The process is not well: {ill.Evidence[0].Text}." } : null;

    // A monitor that is parked, or has fallen silent, harms nobody yet, and is nobody's to notice but ours.
    private static Symptom? AtAMonitor(Scene scene) =>
        scene.Stories.FirstOrDefault(static story => story.IsKnown && story.Node is { IsParked: true } or { IsRequired: true, State: NodeState.Unknown, Runs: > 0 }) is { } parked
            ? new() { Kind = SymptomKind.NodeDown, Node = parked.Name, Text = $"The monitor of {parked.Name} does not watch it." } : null;

    public static long Failed(ProviderEvidence provider) => provider.Failures.Sum(static each => each.Count);

    public static bool IsFailing(ProviderEvidence provider) => Failed(provider) >= SomeFailures && Failed(provider) >= provider.Calls * ManyOf;

    public static bool IsSlow(ProviderEvidence provider) => provider.FirstWord > (provider.SlowAfter ?? TimeSpan.FromSeconds(10));
}
