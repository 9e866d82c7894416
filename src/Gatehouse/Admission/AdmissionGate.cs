using Gatehouse.Operations;
using Gatehouse.Readiness;
using Microsoft.AspNetCore.Http;

namespace Gatehouse.Admission;

/// <summary>
/// Decides about upgrades: the graph first, then the limits; whoever the graph says to hold is held. Each decision is counted when it is
/// made. While the door is open a decision allocates nothing.
/// </summary>
internal sealed class AdmissionGate(
    ReadinessGraph readiness, HeldUpgrades held, AdmissionLimits limits, ResumeTokens resumeTokens, Protection protection,
    GatehouseMetrics metrics, AdmissionOptions options, TimeProvider clock)
{
    public Handshake Recognise(HttpContext context) => new(
        UserKey.Of(context, options.TrustedHops),
        context.Request.QueryString.HasValue && resumeTokens.IsOurs(context.Request.Query["resume"]));

    /// <summary>Decides at once. If the verdict is <see cref="AdmissionVerdict.Hold"/>, <see cref="HoldAsync"/> comes next.</summary>
    public AdmissionDecision Decide(Handshake handshake)
    {
        var door = FrontDoor.Of(readiness.Current);
        var holds = door.Says is WhenDown.Hold && options.Hold > TimeSpan.Zero;
        if (!door.IsOpen && !holds && !Tells(door)) return Refused(door.Refusal);
        if (protection.IsOn) return Refused(Refusal.Protected);
        if (limits.Take(handshake) is { } refusal) return Refused(refusal);
        var seat = new Seat(limits, handshake.User);
        if (holds) return new(AdmissionVerdict.Hold, seat, Node: door.Node);
        return door.IsOpen ? Accepted(seat, handshake.Returns ? HandshakeReason.Resumed : HandshakeReason.Ready) : TurnedAway(seat, door);
    }

    /// <summary>Holds an upgrade until it can be decided.</summary>
    /// <param name="first">What <see cref="Decide"/> said; its seat is the answer's too.</param>
    public async ValueTask<AdmissionDecision> HoldAsync(Handshake handshake, AdmissionDecision first, CancellationToken aborted)
    {
        var since = clock.GetTimestamp();
        try
        {
            var door = await held.WaitAsync(handshake.Returns, aborted);
            metrics.Held(door.IsOpen ? HoldOutcome.Accepted : HoldOutcome.Refused, clock.GetElapsedTime(since));
            return door.IsOpen ? Accepted(first.Seat, HandshakeReason.Held, first.Node) : TurnedAway(first.Seat, door);
        }
        catch (OperationCanceledException) when (aborted.IsCancellationRequested)
        {
            metrics.Held(HoldOutcome.Gone, clock.GetElapsedTime(since));
            return new(AdmissionVerdict.Gone, first.Seat);
        }
    }

    /// <summary>Counts an upgrade that was refused for its form.</summary>
    public void Misformed(Refusal refusal) => metrics.HandshakeDecided(HandshakeOutcome.Refused, refusal.Reason);

    private bool Tells(FrontDoor door) => options.Starting && door.Reason is HandshakeReason.NotReady;

    private AdmissionDecision Accepted(Seat seat, HandshakeReason reason, string? node = null)
    {
        metrics.HandshakeDecided(HandshakeOutcome.Accepted, reason, node);
        return new(AdmissionVerdict.Accept, seat, Node: node);
    }

    private AdmissionDecision TurnedAway(Seat seat, FrontDoor door) =>
        Refused(door.Refusal) with { Seat = seat, Verdict = Tells(door) ? AdmissionVerdict.Tell : AdmissionVerdict.Refuse };

    private AdmissionDecision Refused(Refusal refusal)
    {
        metrics.HandshakeDecided(HandshakeOutcome.Refused, refusal.Reason, refusal.Node);
        return new(AdmissionVerdict.Refuse, Refusal: refusal, Node: refusal.Node);
    }
}
