namespace Gatehouse.Readiness;

/// <summary>A node of the running graph. Everything that changes is guarded by the gate of its <see cref="SnapshotBoard"/>.</summary>
internal sealed class GraphNode(NodeDefinition definition, int index, TimeProvider clock)
{
    public NodeDefinition Definition { get; } = definition;

    public int Index { get; } = index;

    public Standing Standing { get; } = new(definition, clock);

    public NodeHistory History { get; } = new();

    public TimelineRecord Record { get; } = new();

    /// <summary>The nodes that come after this one and wait for it.</summary>
    public List<ChildEdge> Children { get; } = [];

    /// <summary>The nodes that this one waits for.</summary>
    public Awaited Parents { get; } = new([.. definition.After
        .Where(edge => edge.Strength != EdgeStrength.Informational)
        .Select(edge => edge.Node)
        .Distinct(StringComparer.Ordinal)]);

    /// <summary>By when the monitor must have given its next verdict, by the monotonic clock; null while none is expected.</summary>
    public long? DueBy { get; set; }

    /// <summary>True once a check of the node has begun: there may be something to undo.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The monitor; null until the node is launched.</summary>
    public NodeLoop? Loop { get; set; }

    /// <summary>The nodes in declaration order, joined to their children.</summary>
    public static IReadOnlyList<GraphNode> Join(IReadOnlyList<NodeDefinition> definitions, TimeProvider clock)
    {
        GraphNode[] nodes = [.. definitions.Select((definition, index) => new GraphNode(definition, index, clock))];
        var byName = nodes.ToDictionary(node => node.Definition.Name, StringComparer.Ordinal);
        foreach (var child in nodes)
            foreach (var (number, parent) in child.Parents.Names.Index())
                byName[parent].Children.Add(new(child, number, child.Definition.After.Where(edge => edge.Node == parent).Min(edge => edge.Strength)));
        return nodes;
    }
}

/// <summary>An edge as its parent sees it.</summary>
/// <param name="Child">The node that comes after.</param>
/// <param name="Number">Which of the child's parents this one is.</param>
/// <param name="Strength">The strongest, where several edges join the two.</param>
internal readonly record struct ChildEdge(GraphNode Child, int Number, EdgeStrength Strength);
