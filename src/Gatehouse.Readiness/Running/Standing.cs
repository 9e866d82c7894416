namespace Gatehouse.Readiness;

/// <summary>
/// Where a node stands, as a pure state machine over verdicts and breaks: no clock of its own, no thread, no I/O.
/// <code>
///                   first success          window complete
///   checking ──┬──────────────▶ stabilising ─────────────▶ ready ◀──▶ degraded (in doubt: 1 or 2 failures, or a break)
///              └─▶ failed ◀──── any failure or break          │ third failure in a row, or a fatal one
///                    ▲────────────────────────────────────────┘
/// </code>
/// The way up is longer after a fall: two successes at least. For a node with a stability window only a whole unbroken window
/// ends a row of failures, so that a flapping peer whose every second check succeeds still falls.
/// </summary>
internal sealed class Standing(NodeDefinition node, TimeProvider clock)
{
    private readonly StabilityWindow _window = new(node.Stability, clock);
    private bool _stands;

    public NodeState State { get; private set; } = NodeState.Unknown;

    public string? Reason { get; private set; }

    public string? Signature { get; private set; }

    public bool IsFatal { get; private set; }

    /// <summary>Failures and breaks in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>How often the connection broke, or the peer was another.</summary>
    public int Breaks { get; private set; }

    /// <summary>Since when there was no failure and no break, by the monotonic clock; null while there is.</summary>
    public long? UnbrokenSince => _window.OpenedAt;

    /// <summary>True once the node has been ready.</summary>
    public bool HasStood { get; private set; }

    /// <summary>True while a ready node has failures that do not yet make it fall, or has fallen.</summary>
    public bool InDoubt => HasStood && (!_stands || Failures > 0);

    /// <summary>The first check is about to run.</summary>
    public void Begin() => State = NodeState.Checking;

    public void Observe(CheckRun run)
    {
        if (run.Result.IsUp) Succeed(run);
        else Fail(run);
    }

    /// <summary>The connection reported a break between two checks.</summary>
    public void Break(string what, long now)
    {
        Breaks++;
        _window.Break(what, now);
        if (!_stands)
        {
            if (State == NodeState.Stabilising) Say(NodeState.Stabilising, $"the window starts again: {what}", "break");
            return;
        }
        Failures++;
        Judge($"the connection broke: {what}", "break");
    }

    public TimeSpan NextStep(long now) => _window.NextStep(now, SuccessesNeeded);

    private int SuccessesNeeded => HasStood && !_stands
        ? Math.Max(node.Policy.RiseAfter, node.Stability.Successes)
        : node.Stability.Successes;

    private void Succeed(CheckRun run)
    {
        IsFatal = false;
        if (_window.ShowsRestart(run)) Break("the peer restarted", run.StartedAt);
        var complete = _window.Succeed(run, SuccessesNeeded);
        if (complete)
        {
            (_stands, HasStood, Failures) = (true, true, 0);
            if (run.Result.Status == CheckStatus.Degraded) Say(NodeState.Degraded, run.Result.Reason, run.Result.Signature);
            else Say(NodeState.Ready, null, null);
        }
        else if (!_stands)
        {
            var why = _window.BrokenBy is { } what ? $"the window starts again: {what}" : null;
            Say(NodeState.Stabilising, why, why is null ? null : "break");
        }
        // A standing node whose window is still open stays as it is: in doubt, or ready while the window passes unnoticed.
    }

    private void Fail(CheckRun run)
    {
        _window.Fail(run.EndedAt);
        Failures++;
        IsFatal = run.Result.Status == CheckStatus.Fatal;
        Judge(run.Result.Reason!, run.Result.Signature);
    }

    private void Judge(string reason, string? signature)
    {
        if (_stands && !IsFatal && Failures < node.Policy.FallAfter)
        {
            Say(NodeState.Degraded, $"in doubt ({Failures} of {node.Policy.FallAfter} failures): {reason}", signature);
            return;
        }
        _stands = false;
        Say(NodeState.Failed, reason, signature);
    }

    private void Say(NodeState state, string? reason, string? signature) => (State, Reason, Signature) = (state, reason, signature);
}
