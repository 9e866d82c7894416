using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests.Matrix;

/// <summary>What everybody would write first: the red nodes now that no red node comes before. It names nodes, no causes.</summary>
public static class Baseline
{
    public static IReadOnlyList<string> Roots(Case seen)
    {
        var red = (seen.Graph?.Nodes ?? []).Where(IsRed).Select(static node => node.Name).ToHashSet(StringComparer.Ordinal);
        return [.. (seen.Graph?.Nodes ?? [])
            .Where(node => red.Contains(node.Name) && !node.After.Any(edge => red.Contains(edge.Node)))
            .Select(static node => node.Name).Order(StringComparer.Ordinal)];
    }

    private static bool IsRed(NodeEvidence node) => node.State is NodeState.Failed
        || (node.State is NodeState.Degraded or NodeState.Stabilising && node.Signature is not null and not "slow");
}
