namespace Gatehouse.Diagnosis;

/// <summary>What a search has found: hops below the symptom, roots, and where the trail ends without one.</summary>
internal sealed class Findings
{
    public List<Hop> Hops { get; } = [];

    public List<FoundRoot> Roots { get; } = [];

    /// <summary>Nodes at which the evidence ends.</summary>
    public SortedSet<string> Unexplained { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, LookAgain> LookAgain { get; } = new(StringComparer.Ordinal);

    /// <summary>All nodes on a path from the symptom, with the onset at which each was judged.</summary>
    public SortedDictionary<string, DateTimeOffset?> Visited { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes whose time-outs the process explains: they are nobody's reason.</summary>
    public SortedSet<string> Starved { get; } = new(StringComparer.Ordinal);

    /// <summary>Nodes that a clock which jumped may have misled; anything better known goes before.</summary>
    public SortedSet<string> Misled { get; } = new(StringComparer.Ordinal);

    public void Ask(string node, string because) => LookAgain.TryAdd(node, new(node, because));
}
