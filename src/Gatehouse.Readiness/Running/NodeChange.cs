namespace Gatehouse.Readiness;

/// <summary>What one step did to one node and to the verdict; announced after the gate is left.</summary>
internal readonly record struct NodeChange(NodeSnapshot Before, NodeSnapshot After, ReadinessSnapshot GraphBefore, ReadinessSnapshot GraphAfter);
