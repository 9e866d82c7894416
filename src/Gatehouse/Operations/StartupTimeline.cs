namespace Gatehouse.Operations;

/// <summary>How the start went, or is going.</summary>
/// <param name="Finished">Whether every node has been ready once.</param>
/// <param name="TotalMs">From process start to the end of the graph, or to now.</param>
/// <param name="CriticalPath">The nodes whose times add up to the total, in order.</param>
internal sealed record StartupTimeline(
    bool Finished, double TotalMs, IReadOnlyList<NodeTiming> Nodes, IReadOnlyList<string> CriticalPath);

/// <summary>One node's share of the start.</summary>
/// <param name="WaitedFor">The nodes that it waited for.</param>
/// <param name="StartMs">From process start to its first attempt.</param>
/// <param name="CheckingMs">In its check, all attempts and the pauses between them.</param>
/// <param name="StabilisingMs">Proving that the success lasts.</param>
internal sealed record NodeTiming(
    string Name, string State, IReadOnlyList<string> WaitedFor, double StartMs, double CheckingMs, double StabilisingMs, int Attempts);
