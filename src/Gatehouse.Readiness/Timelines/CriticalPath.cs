namespace Gatehouse.Readiness;

/// <summary>
/// The chain that the total time hung on. A node starts when the last node that it waits for is settled, so walking back
/// from the node that was ready last, each time to the parent that released it, gives the longest path.
/// </summary>
internal static class CriticalPath
{
    private const int Nobody = -1;

    public static IReadOnlyList<string> Of(IReadOnlyList<TimelineNode> nodes)
    {
        var indexOf = nodes.Select((node, index) => (node.Name, index)).ToDictionary(StringComparer.Ordinal);
        TimeSpan?[] ready = [.. nodes.Select(node => node.Ready)];
        int[] releasedBy = [.. nodes.Select(node => node.ReleasedBy is { } parent ? indexOf[parent] : Nobody)];
        var path = new int[nodes.Count];
        return [.. path.Take(Walk(ready, releasedBy, path)).Select(index => nodes[index].Name)];
    }

    /// <summary>The same by indices: writes the path, first to last, and returns its length.</summary>
    /// <param name="ready">When each node was ready; null for one that is not.</param>
    /// <param name="releasedBy">The parent that released each node; negative for none.</param>
    /// <param name="path">As long as there are nodes.</param>
    public static int Walk(ReadOnlySpan<TimeSpan?> ready, ReadOnlySpan<int> releasedBy, Span<int> path)
    {
        var last = Nobody;
        for (var node = 0; node < ready.Length; node++)
            if (ready[node] is { } at && (last == Nobody || at > ready[last])) last = node;
        var length = 0;
        for (var node = last; node >= 0; node = releasedBy[node]) path[length++] = node;
        path[..length].Reverse();
        return length;
    }
}
