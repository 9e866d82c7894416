namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>What a report says, in the form of the truth.</summary>
public sealed record Told(IReadOnlyList<string> Roots, IReadOnlyList<string> Edges)
{
    public static Told By(DiagnosisReport report)
    {
        var edges = new SortedSet<string>(StringComparer.Ordinal);
        if (report.Chain is { } chain)
        {
            var whole = new HashSet<string>(StringComparer.Ordinal);
            for (var known = -1; known < whole.Count;)      // a hop that is told elsewhere leads where that one leads
            {
                known = whole.Count;
                Whole(chain, whole);
            }
            Add(chain, whole, edges);
        }
        return new([.. report.Roots.Select(static root => $"{root.Code}@{root.Node}").Order(StringComparer.Ordinal)], [.. edges]);
    }

    private static void Whole(Hop hop, HashSet<string> whole)
    {
        foreach (var cause in hop.Causes)
        {
            if (cause.Kind == HopKind.Process && cause.SameAs is not null) continue;
            Whole(cause, whole);
            if (cause.Kind == HopKind.Cause || whole.Contains(cause.SameAs ?? cause.Id)) whole.Add(hop.Id);
        }
    }

    private static void Add(Hop hop, HashSet<string> whole, SortedSet<string> edges)
    {
        foreach (var cause in hop.Causes)
        {
            if (cause.Kind == HopKind.Process && cause.SameAs is not null) continue;
            if (whole.Contains(cause.SameAs ?? cause.Id)) edges.Add($"{Name(hop)}>{Name(cause)}");
            Add(cause, whole, edges);
        }
    }

    private static string Name(Hop hop) => (hop.SameAs ?? hop.Id).Replace("node:", "", StringComparison.Ordinal);
}
