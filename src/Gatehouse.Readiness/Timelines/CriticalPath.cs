namespace Gatehouse.Readiness;

/// <summary>
/// The chain that the total time hung on. A node starts when the last node that it waits for is settled, so walking back
/// from the node that was ready last, each time to the parent that released it, gives the longest path.
/// </summary>
internal static class CriticalPath
{
    public static IReadOnlyList<string> Of(IReadOnlyList<TimelineNode> nodes)
    {
        var byName = nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        var last = nodes.Where(node => node.Ready is not null).MaxBy(node => node.Ready);
        var path = new List<string>();
        for (var at = last; at is not null; at = at.ReleasedBy is { } parent ? byName[parent] : null)
            path.Add(at.Name);
        path.Reverse();
        return path;
    }
}
