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
            Whole(chain, whole);
            Edges_(chain, whole, edges);
        }
        return new([.. report.Roots.Select(static root => $"{root.Code}@{root.Node}").Order(StringComparer.Ordinal)], [.. edges]);
    }

    // A hop that is told elsewhere leads where that one leads.
    private static bool Whole(Hop hop, HashSet<string> whole)
    {
        var leads = false;
        foreach (var cause in hop.Causes) leads |= cause.Kind == HopKind.Cause || Whole(cause, whole);
        if (leads) whole.Add(hop.Id);
        return leads;
    }

    private static void Edges_(Hop hop, HashSet<string> whole, SortedSet<string> edges)
    {
        foreach (var cause in hop.Causes)
        {
            if (cause.Kind == HopKind.Process && cause.SameAs is not null) continue;
            if (whole.Contains(cause.SameAs ?? cause.Id)) edges.Add($"{Name(hop)}>{Name(cause)}");
            Edges_(cause, whole, edges);
        }
    }

    private static string Name(Hop hop) => (hop.SameAs ?? hop.Id).Replace("node:", "", StringComparison.Ordinal);
}
