namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>What a right answer has: the roots, and the edges of the ways to them.</summary>
public sealed record Truth(IReadOnlyList<string> Roots, IReadOnlyList<string> Edges)
{
    /// <summary>Null if a fault did no harm that anybody could see: then there is nothing to explain.</summary>
    public static Truth? Of(Simulation world, IReadOnlyList<Struck> faults)
    {
        var edges = new SortedSet<string>(StringComparer.Ordinal);
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var ill = world.Lives.Where(static life => life.Place.IsRequired && !life.IsUp).Select(static life => life.Place.Name).ToHashSet(StringComparer.Ordinal);
        var tops = ill.Where(name => !ill.Any(other => other != name && Above(world, other).Contains(name))).ToList();
        foreach (var top in tops) Follow("symptom", top);
        foreach (var struck in faults)
        {
            if (struck.Node is { } node && (!reached.Contains(node) || !world[node].Shown.Contains(struck))) return null;
            if (struck.Fault.Part is { } part) edges.Add($"symptom>{part}");
        }
        // Who fails over the process itself has no way of its own.
        var homes = faults.Select(static struck => struck.Node).OfType<string>().ToHashSet(StringComparer.Ordinal);
        edges.RemoveWhere(edge => !LeadsHome(edge[(edge.IndexOf('>', StringComparison.Ordinal) + 1)..], homes, edges));
        return new([.. faults.Select(static struck => Root(struck)).Distinct().Order(StringComparer.Ordinal)], [.. edges]);

        void Follow(string from, string to)
        {
            edges.Add($"{from}>{to}");
            if (!reached.Add(to)) return;
            foreach (var parent in world[to].FailedOver) Follow(to, parent);
        }
    }

    private static string Root(Struck struck) =>
        $"{struck.Fault.Code}@{struck.Node ?? (struck.Fault.Part!.StartsWith("provider:", StringComparison.Ordinal) ? struck.Fault.Part["provider:".Length..] : "")}";

    private static bool LeadsHome(string to, HashSet<string> homes, SortedSet<string> edges) =>
        to is "process" or "platform" or "admission" || to.StartsWith("provider:", StringComparison.Ordinal) || homes.Contains(to)
        || edges.Any(edge => edge.StartsWith($"{to}>", StringComparison.Ordinal) && LeadsHome(edge[(to.Length + 1)..], homes, edges));

    private static HashSet<string> Above(Simulation world, string name)
    {
        var above = new HashSet<string>(StringComparer.Ordinal);
        foreach (var edge in world[name].Place.After)
            if (above.Add(edge.Node)) above.UnionWith(Above(world, edge.Node));
        return above;
    }
}
