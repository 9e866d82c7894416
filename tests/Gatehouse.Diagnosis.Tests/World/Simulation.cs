using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>
/// Lets a graph live with its faults until the case is taken: nodes wait, are checked at their pace, fall and rise, and fail over what
/// is truly broken at that time, whoever has noticed that already. Nothing here is taken from the engine.
/// </summary>
public sealed class Simulation
{
    private const double Sticky = 60;
    private const double CheckTimeout = 5;
    private const double SlowFor = 25;

    private readonly IReadOnlyList<Struck> _faults;
    private readonly Random _random;
    private readonly double _end;
    private readonly Dictionary<string, Life> _lives = new(StringComparer.Ordinal);

    public Simulation(IReadOnlyList<Place> places, IReadOnlyList<Struck> faults, Random random, double end)
    {
        (_faults, _random, _end) = (faults, random, end);
        foreach (var place in places) _lives.Add(place.Name, new(place));
        foreach (var life in _lives.Values) Live(life);
        // What keeps a node down now is a reason as well, whether it has looked again or not.
        foreach (var life in _lives.Values.Where(static life => !life.IsUp))
            foreach (var parent in Hard(life.Place).Where(parent => IsDown(parent) || (life.State == NodeState.Waiting && _lives[parent].State == NodeState.Waiting)))
                life.FailedOver.Add(parent);
    }

    private bool IsDown(string name) => IllAt(name, _end, false) is not null && (!_lives[name].IsUp || _lives[name].Failures > 0);

    public IReadOnlyCollection<Life> Lives => _lives.Values;

    public double End => _end;

    public Life this[string name] => _lives[name];

    public IReadOnlyList<string> WaitingOn(Life life) => life.State == NodeState.Waiting ? [.. Hard(life.Place).Where(parent => !_lives[parent].IsUp)] : [];

    /// <summary>What is truly wrong with a node at a time; null if nothing is.</summary>
    public Ill? IllAt(string name, double at, bool isSeenByChild)
    {
        var place = _lives[name].Place;
        var late = isSeenByChild ? Sticky : 0;
        var own = _faults.FirstOrDefault(each => each.Node == name && at >= each.From && at < each.Until + late && Acts(each, at));
        var before = Hard(place).FirstOrDefault(parent => IllAt(parent, at, true) is not null);
        if (own is not null && (before is null || own.Fault.Manner == Manner.Throws)) return new(own.Fault.Signature, own.Fault.Reason, own, null);
        if (before is not null) return Lent(place, before, at);
        var everywhere = _faults.FirstOrDefault(each => each.Fault.Strikes is not null && each.IsActive(at));
        if (everywhere is null || place.Role == "configuration" || (everywhere.Fault.Strikes == "" && place.Role != "proof")) return null;
        return everywhere.Fault.Strikes == "" ? new(null, "The self-test's turn was not answered as it should be.", null, null) : new("timeout", "no answer within 5 s", null, null);
    }

    private static bool Acts(Struck struck, double at) => struck.Fault.Manner switch
    {
        Manner.Slows => at >= struck.From + SlowFor,
        Manner.FallsSilent => false,
        _ => true,
    };

    private Ill Lent(Place place, string before, double at)
    {
        var ill = IllAt(before, at, true)!;
        var isSameLine = _lives[before].Place.Role == "database" && place.Role is "schema" or "plain";
        return isSameLine ? ill with { Own = null, Before = before } : new(null, "The connection ended before the turn did.", null, before);
    }

    private static IEnumerable<string> Hard(Place place) => place.After.Where(static edge => edge.Strength == EdgeStrength.Hard).Select(static edge => edge.Node);

    private void Live(Life life)
    {
        var parents = Hard(life.Place).Select(name => _lives[name]).ToList();
        if (parents.Count > 0) life.Say(0.05, NodeState.Waiting);
        if (parents.Exists(static parent => parent.ReadyAt is null)) return;
        var at = parents.Select(static parent => parent.ReadyAt!.Value).DefaultIfEmpty(0.05).Max() + 0.01;
        if (at > _end) return;
        life.Say(at, NodeState.Checking);
        var cuts = new Queue<(double At, string What, bool IsRestart)>(Cuts(life.Place.Name));
        var silence = _faults.FirstOrDefault(each => each.Node == life.Place.Name && each.Fault.Manner == Manner.FallsSilent);
        while (at <= _end)
        {
            while (cuts.TryPeek(out var cut) && cut.At <= at)
            {
                cuts.Dequeue();
                if (cut.At > _end) break;
                Cut(life, cut.At, cut.What);
            }
            if (silence is not null && at >= silence.From)
            {
                if (at + 30 <= _end) life.Say(at + 30, NodeState.Unknown, "its monitor has said nothing for 30 s");
                if (at + 30 <= _end) life.Shown.Add(silence);
                return;
            }
            if (Check(life, at) is not { } next) return;
            at = cuts.TryPeek(out var soon) && soon.At < next ? soon.At + 0.05 : next;
        }
    }

    private void Cut(Life life, double at, string what)
    {
        life.Break(at, what);
        foreach (var struck in _faults.Where(each => each.Node == life.Place.Name && each.Fault.Manner is Manner.Flaps or Manner.Restarts)) life.Shown.Add(struck);
    }

    /// <returns>When the next check begins; null if there is none.</returns>
    private double? Check(Life life, double at)
    {
        var slows = _faults.FirstOrDefault(each => each.Node == life.Place.Name && each.Fault.Manner == Manner.Slows && each.IsActive(at));
        var ill = IllAt(life.Place.Name, at, false);
        if (ill?.Own?.Fault.Manner is Manner.Flaps or Manner.Restarts) ill = null;      // each single check succeeds
        var ends = at + (ill?.Signature == "timeout" ? CheckTimeout : slows is not null ? 3 : 0.02);
        if (ends > _end) return null;
        if (ill is null)
        {
            life.Good(ends, slows is null ? null : "slow: took 3 s, more than 1 s");
            return ends + Rest(life);
        }
        if (ill.Own is not null) life.Shown.Add(ill.Own);
        foreach (var parent in Hard(life.Place).Where(parent => IllAt(parent, at, true) is not null)) life.FailedOver.Add(parent);
        life.Bad(ends, ill.Reason, ill.Signature, ill.Own?.Fault.IsFatal == true);
        return AfterFailure(life, ill, ends);
    }

    private double? AfterFailure(Life life, Ill ill, double ends)
    {
        if (ill.Own?.Fault.Manner == Manner.Hangs && ++life.Abandoned == 3)
        {
            life.IsParked = true;
            return null;
        }
        if (ill.Own?.Fault.Manner != Manner.Throws || !life.HasStood) return ends + Rest(life);
        life.Restarts++;
        life.IsParked = life.Restarts >= 5 || ill.Own.Fault.Signature is null;
        return ends + (life.IsParked ? 30 : Math.Pow(2, life.Restarts - 1));
    }

    private double Rest(Life life)
    {
        if (life.State == NodeState.Stabilising) return Math.Clamp(life.Place.Window / 3, 0.05, 1);
        if (!life.HasStood) return 0.4;
        return life.Failures > 0 || !life.Stands ? 1 : 10 * (0.9 + (0.2 * _random.NextDouble()));
    }

    private IEnumerable<(double At, string What, bool IsRestart)> Cuts(string node)
    {
        foreach (var struck in _faults.Where(each => each.Node == node && each.Fault.Manner is Manner.Flaps or Manner.Restarts))
            for (var at = Math.Max(struck.From, 0.2) + (0.5 * _random.NextDouble()); at < Math.Min(struck.Until, _end); at += 0.8 + (1.5 * _random.NextDouble()))
            {
                yield return (at, struck.Fault.Reason, false);
                if (struck.Fault.Manner == Manner.Restarts) yield return (at + 0.3, "the peer restarted", true);
            }
    }
}

/// <summary>What is truly wrong with a node.</summary>
/// <param name="Own">The fault, if it struck this very node.</param>
/// <param name="Before">The node that it fails over otherwise.</param>
public sealed record Ill(string? Signature, string Reason, Struck? Own, string? Before);
