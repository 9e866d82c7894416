using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>What has become of one node, and what it has truly failed over.</summary>
public sealed class Life(Place place)
{
    private const int FallAfter = 3;

    private bool _hasStood;
    private double? _openedAt;
    private int _successes;

    public Place Place { get; } = place;

    public List<NodeEvent> Events { get; } = [];

    /// <summary>The faults that it has shown by itself.</summary>
    public HashSet<Struck> Shown { get; } = [];

    /// <summary>The nodes that it has failed over.</summary>
    public SortedSet<string> FailedOver { get; } = new(StringComparer.Ordinal);

    public NodeState State { get; private set; } = NodeState.Unknown;

    public double Since { get; private set; }

    public string? Reason { get; private set; }

    public string? Signature { get; private set; }

    public double? LastGood { get; private set; }

    public double? LastVerdict { get; private set; }

    public double? ReadyAt { get; private set; }

    public int Runs { get; private set; }

    public int Failures { get; private set; }

    public bool Stands { get; private set; }

    public bool IsFatal { get; private set; }

    public int Abandoned { get; set; }

    public int Restarts { get; set; }

    public bool IsParked { get; set; }

    public bool HasStood => _hasStood;

    public bool IsUp => State is NodeState.Ready or NodeState.Degraded;

    public void Say(double at, NodeState state, string? reason = null, string? signature = null)
    {
        if (Events.Count > 0 && (State, Reason, Signature) == (state, reason, signature)) return;
        if (State != state || Events.Count == 0) Since = at;
        (State, Reason, Signature) = (state, reason, signature);
        Events.Add(new(Clock.At(at), state, reason, signature));
    }

    public void Good(double at, string? slow)
    {
        (LastGood, LastVerdict, Runs, IsFatal) = (at, at, Runs + 1, false);
        _openedAt ??= at;
        _successes++;
        var isWhole = _successes >= (_hasStood && !Stands ? 2 : 1) && at - _openedAt >= Place.Window;
        if (isWhole || (Stands && Failures == 0))
        {
            (Stands, _hasStood, Failures, ReadyAt) = (true, true, 0, ReadyAt ?? at);
            if (slow is null) Say(at, NodeState.Ready);
            else Say(at, NodeState.Degraded, slow, "slow");
        }
        else if (!Stands) Say(at, NodeState.Stabilising);
    }

    public void Bad(double at, string reason, string? signature, bool isFatal)
    {
        (LastVerdict, Runs, IsFatal) = (at, Runs + 1, isFatal);
        Reset();
        Failures++;
        Judge(at, reason, signature);
    }

    public void Break(double at, string what)
    {
        Reset();
        if (!Stands)
        {
            if (State == NodeState.Stabilising) Say(at, NodeState.Stabilising, $"the window starts again: {what}", "break");
            return;
        }
        Failures++;
        Judge(at, $"the connection broke: {what}", "break");
    }

    private void Reset() => (_openedAt, _successes) = (null, 0);

    private void Judge(double at, string reason, string? signature)
    {
        if (Stands && !IsFatal && Failures < FallAfter)
        {
            Say(at, NodeState.Degraded, $"in doubt ({Failures} of {FallAfter} failures): {reason}", signature);
            return;
        }
        Stands = false;
        Say(at, NodeState.Failed, reason, signature);
    }
}
