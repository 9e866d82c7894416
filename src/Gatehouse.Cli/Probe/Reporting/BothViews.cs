using Gatehouse.Diagnosis;
using Gatehouse.Readiness;

namespace Gatehouse.Cli.Probe;

/// <summary>
/// One service at one time, seen from outside and by itself. The walk is the first that failed, if one did, and the service was asked right
/// after it.
/// </summary>
/// <param name="Startup">Null if it was not read: the walk did not reach the service, or the service is told to be no Gatehouse.</param>
/// <param name="Case">All that the service knows of itself; null if it does not tell.</param>
internal sealed record BothViews(OutsideProbe Outside, StartupReading? Startup, Case? Case = null)
{
    /// <summary>Both views as one diagnosis; null if the walk did not fail.</summary>
    public DiagnosisReport? Diagnosis => Outside.FirstFailure is null ? null : FiveWhys.Explain((Case ?? Told()) with { Outside = Outside });

    // Of a service that tells only what its start-up probe says: who waits for whom is all that is known of the edges.
    private Case Told() => new()
    {
        At = Startup?.At ?? Outside.At,
        Graph = Startup is { Nodes: { Count: > 0 } nodes, At: var at } ? new() { At = at, Nodes = [.. nodes.Select(node => Node(node, at))] } : null,
    };

    private static NodeEvidence Node(StartupNode node, DateTimeOffset at) => new()
    {
        Name = node.Name,
        State = Enum.TryParse<NodeState>(node.State, ignoreCase: true, out var state) ? state : NodeState.Unknown,
        IsRequired = node.IsRequired,
        After = [.. node.WaitingOn.Select(Edge.Hard)],
        WaitingOn = node.WaitingOn,
        Reason = node.Reason,
        Since = node.Since,
        LastVerdict = at,
    };
}
