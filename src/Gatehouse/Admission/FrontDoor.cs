using Gatehouse.Operations;
using Gatehouse.Readiness;

namespace Gatehouse.Admission;

/// <summary>What the graph says about new work, with the node that is the reason.</summary>
internal readonly record struct FrontDoor(WhenDown Says, HandshakeReason Reason, string? Node = null)
{
    public bool IsOpen => Says is WhenDown.KeepServing;

    /// <summary>The refusal of one whom the door does not let in.</summary>
    public Refusal Refusal => Reason is HandshakeReason.Draining ? Refusal.Draining : Refusal.NotReady(Node);

    public static FrontDoor Of(ReadinessSnapshot snapshot) =>
        snapshot.IsReady ? new(WhenDown.KeepServing, HandshakeReason.Ready) : NotOpen(snapshot);

    // Apart, so that an open door does not pay for the closure below.
    private static FrontDoor NotOpen(ReadinessSnapshot snapshot)
    {
        if (snapshot.Withdrawn is not null) return new(WhenDown.Refuse, HandshakeReason.Draining);
        // To wait for what waiting cannot mend would only hide it.
        if (snapshot.Fatal is { } fatal) return new(WhenDown.Refuse, HandshakeReason.NotReady, fatal.Name);
        var says = snapshot.FrontDoor;
        // Nodes are declared in the order of their edges, so that the first culprit is nearest to the cause.
        var culprit = snapshot.Culprits.FirstOrDefault(node => !snapshot.IsStarted || node.WhenDown == says);
        return new(says, HandshakeReason.NotReady, culprit?.Name);
    }
}
