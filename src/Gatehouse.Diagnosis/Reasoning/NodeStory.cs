using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>What a node's evidence tells: where it stands, and when it was not well.</summary>
internal sealed class NodeStory
{
    private static readonly TimeSpan DefaultStaleAfter = TimeSpan.FromSeconds(45);

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    public NodeStory(NodeEvidence node, Case given, Recheck? recheck, bool withSlow)
    {
        Node = node;
        Recheck = recheck;
        Kind = node.Kind ?? NodeKinds.ByName(node.Name);
        var signs = Ordered(node.Events);
        if (signs.Count == 0 || !Same(signs[^1], node)) signs.Add(new(node.Since ?? given.At, node.State, node.Reason, node.Signature));
        var heard = node.LastVerdict ?? (node.State == NodeState.Checking ? node.Since : null);
        IsStale = given.At - heard > (node.StaleAfter ?? DefaultStaleAfter) && !node.IsParked;
        Episodes = Episode.Of(signs, node.LastGood, withSlow);
        if (recheck is { Outcome: RecheckOutcome.Down } && (Episodes is not [.., { IsOpen: true } open] || open.Signs.All(static sign => sign.Signature is null)))
            Episodes = [.. Episodes, new(null, node.LastGood, null, [new(recheck.At, NodeState.Failed, recheck.Reason, recheck.Signature)])];
        IsKnown = node.Runs > 0 || node.Events.Count > 0 || node.State is not NodeState.Unknown;
    }

    public NodeEvidence Node { get; }

    public string Name => Node.Name;

    public NodeKind Kind { get; }

    public Recheck? Recheck { get; }

    public IReadOnlyList<Episode> Episodes { get; }

    public bool IsStale { get; }

    /// <summary>Whether there is anything to be known about it.</summary>
    public bool IsKnown { get; }

    /// <summary>Whether nobody can tell how it is: never heard of, or not for too long.</summary>
    public bool IsSilent => Recheck?.Outcome is not (RecheckOutcome.Up or RecheckOutcome.Down) && !HasOpenEpisode
        && (Node.State == NodeState.Unknown || (IsStale && Node.State is not (NodeState.Failed or NodeState.Waiting)));

    public bool HasOpenEpisode => Episodes is [.., { IsOpen: true }];

    /// <summary>Whether it is not well now, or only seems to be between two breaks.</summary>
    public bool IsIllStill(DateTimeOffset now) => HasOpenEpisode
        || Episodes is [.., { Until: { } until } last] && now - until < Settled && last.Signs.Count(static sign => sign.Signature == "break") > 1;

    /// <summary>Waits for others, or its first good moments are too few: not well, and not ill.</summary>
    public bool IsOnItsWay => !HasOpenEpisode && Node.State is NodeState.Waiting or NodeState.Checking or NodeState.Stabilising;

    public bool IsWaiting => !HasOpenEpisode && Node.State == NodeState.Waiting;

    public bool IsUp => !HasOpenEpisode && (Node.IsUpNow() || Recheck?.Outcome == RecheckOutcome.Up);

    /// <summary>The episode that began before a moment and lasted until it, or nearly; else the latest.</summary>
    public Episode? At(DateTimeOffset? moment, TimeSpan slack, TimeSpan lag)
    {
        if (moment is not { } at) return Episodes.LastOrDefault();
        return Episodes.LastOrDefault(each => Began(each) <= at + slack && (each.Until is null || each.Until >= at - lag))
            ?? Episodes.LastOrDefault();
    }

    private static DateTimeOffset Began(Episode episode) => episode.NotBefore ?? episode.From ?? DateTimeOffset.MinValue;

    private static List<Sign> Ordered(IReadOnlyList<NodeEvent> events) =>
    [
        .. events
            .OrderBy(static each => each.At).ThenBy(static each => each.State)
            .ThenBy(static each => each.Signature, StringComparer.Ordinal).ThenBy(static each => each.Reason, StringComparer.Ordinal)
            .Select(static each => new Sign(each.At, each.State, each.Reason, each.Signature)),
    ];

    private static bool Same(Sign sign, NodeEvidence node) => (sign.State, sign.Reason, sign.Signature) == (node.State, node.Reason, node.Signature);
}
