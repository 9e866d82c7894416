namespace Gatehouse.Readiness;

/// <summary>One "comes after" of a node. A bare string is a hard edge.</summary>
/// <param name="Node">The name of the node that comes first.</param>
/// <param name="Strength">How much it is needed.</param>
public readonly record struct Edge(string Node, EdgeStrength Strength)
{
    /// <summary>An edge to a node that must be ready first.</summary>
    public static Edge Hard(string node) => new(node, EdgeStrength.Hard);

    /// <summary>An edge to a node that should have been tried first, but is not needed.</summary>
    public static Edge Soft(string node) => new(node, EdgeStrength.Soft);

    /// <summary>An edge that orders nothing and only informs diagnosis.</summary>
    public static Edge Informational(string node) => new(node, EdgeStrength.Informational);

    /// <summary>A bare name is a hard edge.</summary>
    public static implicit operator Edge(string node) => Hard(node);
}
