using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis.Tests.World;

/// <summary>One case of the matrix: what happened, what is seen of it, and what is true.</summary>
public sealed class Scenario
{
    private const int Tries = 60;
    private const double AnswersASecondLook = 0.9;

    private readonly Simulation _world;
    private readonly Random _random;
    private readonly bool _isFull;

    private Scenario(IReadOnlyList<Struck> faults, Simulation world, Quality quality, Random random)
    {
        (Faults, _world, _random, _isFull) = (faults, world, random, quality == Quality.Full);
        var names = world.Lives.Select(static life => life.Place.Name).Order(StringComparer.Ordinal).ToList();
        var chosen = names[random.Next(names.Count)];
        Seen = Look(quality, chosen);
    }

    public IReadOnlyList<Struck> Faults { get; }

    public Truth Truth { get; private init; } = null!;

    /// <summary>What is seen.</summary>
    public Case Seen { get; }

    /// <summary>Null if such a case cannot be: the fault does no harm, or hides the other.</summary>
    public static Scenario? Make(Fault fault, Fault? second, Moment moment, Quality quality, int seed)
    {
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var random = new Random(Seed(fault.Title, second?.Title, (int)moment, (int)quality, seed, attempt));
            var places = Town.All[random.Next(Town.All.Count)];
            var first = Strike(fault, moment, places, random, 0);
            var other = second is null ? null : Strike(second, moment, places, random, random.NextDouble() * 15);
            if (first is null || (second is not null && (other is null || other.Node == first.Node && other.Node is not null))) continue;
            if (other is not null && (IsOneLine(places, first, other) || IsOneLine(places, other, first))) continue;
            if (other is not null && (ComesTooLate(first, other) || ComesTooLate(other, first))) continue;
            List<Struck> struck = other is null ? [first] : [first, other];
            if (quality == Quality.RootRecovered && struck.Exists(static each => each.Node is null)) return null;
            var last = struck.Max(static each => each.From);
            var end = moment == Moment.Steady ? last + 75 + (random.NextDouble() * 60) : 66 + (random.NextDouble() * 50);
            if (quality == Quality.RootRecovered)
            {
                var mended = moment == Moment.Steady ? last + 50 + (random.NextDouble() * 20) : 40 + (random.NextDouble() * 20);
                struck = [.. struck.Select(each => each with { Until = mended })];
                end = mended + 18 + (random.NextDouble() * 10);
            }
            var world = new Simulation(places, struck, random, end);
            if (Truth.Of(world, struck) is { } truth) return new(struck, world, quality, random) { Truth = truth };
        }
        return null;
    }

    /// <summary>The bounded second look, once.</summary>
    public Case LookAgain(Case seen, DiagnosisReport report) => seen with { Rechecks = [.. seen.Rechecks, .. report.LookAgain.Select(ask => Answer(ask.Node))] };

    /// <summary>Not String.GetHashCode, which differs from run to run.</summary>
    public static int Seed(params object?[] parts)
    {
        var hash = 2166136261u;
        foreach (var letter in string.Join('|', parts)) hash = (hash ^ letter) * 16777619u;
        return (int)(hash & 0x7fffffff);
    }

    // Breaks below a server that fails at the same time are that server's, to all that can be seen.
    private static bool IsOneLine(IReadOnlyList<Place> places, Struck below, Struck above) =>
        below.Fault.Manner is Manner.Flaps && places.Any(place => place.Name == below.Node && place.After.Any(edge => edge.Node == above.Node));

    // A clock that jumps when all is lost already is no cause of it: a case is judged at its onset.
    private static bool ComesTooLate(Struck jump, Struck other) =>
        jump.Fault.Code is "process.clock_jump" && jump.From > Math.Max(other.From, 0);

    private static Struck? Strike(Fault fault, Moment moment, IReadOnlyList<Place> places, Random random, double later)
    {
        if (!fault.Moments.Contains(moment)) return null;
        var homes = places.Where(place => place.Role == fault.Home).ToList();
        if (fault.Home is not null && homes.Count == 0) return null;
        var from = moment switch
        {
            Moment.BeforeStart => -1000,
            Moment.DuringStart => 0.03 + (random.NextDouble() * 1.5) + (later / 10),
            _ => 60 + (random.NextDouble() * 100) + later,
        };
        return new(fault, fault.Home is null ? null : homes[random.Next(homes.Count)].Name, from, double.PositiveInfinity, moment);
    }

    private Recheck Answer(string node)
    {
        var at = Clock.At(_world.End + 1);
        if (!_isFull && _random.NextDouble() > AnswersASecondLook) return new(node, at, RecheckOutcome.NoAnswer);
        var ill = _world.IllAt(node, _world.End, false);
        return ill is null ? new(node, at, RecheckOutcome.Up) : new(node, at, RecheckOutcome.Down, ill.Reason, ill.Signature);
    }

    private Case Look(Quality quality, string chosen)
    {
        var required = _world.Lives.Where(static life => life.Place.IsRequired).ToList();
        var isReady = required.All(static life => life.IsUp);
        var isStarted = required.All(static life => life.ReadyAt is not null);
        var nodes = _world.Lives.Select(life => life.Place.Name != chosen ? Node(life) : quality switch
        {
            Quality.OneProbeMissing => new() { Name = chosen, After = life.Place.After, IsRequired = life.Place.IsRequired, Kind = life.Place.Kind, State = NodeState.Unknown },
            Quality.OneProbeStale => Frozen(life),
            Quality.ClockSkew => Skewed(Node(life), TimeSpan.FromSeconds(_random.Next(2) == 0 ? 2 : -2)),
            _ => Node(life),
        }).ToList();
        if (quality == Quality.NoisyNeighbour) nodes.Add(Noise());
        var seen = new Case
        {
            At = Clock.At(_world.End),
            Subject = new() { Service = "chat", Instance = "i-1", Revision = "chat-00042", Build = "0.1.0" },
            Graph = new() { At = Clock.At(_world.End), Nodes = nodes, IsReady = isReady, StartedAt = isStarted ? Clock.At(required.Max(static life => life.ReadyAt!.Value)) : null },
            Process = new() { StartedAt = Clock.Birth, PoolDelay = TimeSpan.FromMilliseconds(0.4), PoolQueue = 0, MemoryBytes = 90 << 20, MemoryLimitBytes = 512 << 20 },
            Marks = [new(Clock.At(-30), MarkKind.DeploymentStarted, "chat-00042"), new(Clock.Birth, MarkKind.InstanceStarted)],
        };
        foreach (var struck in Faults) seen = struck.Fault.Besides(seen, struck);
        return seen;
    }

    private NodeEvidence Node(Life life) => new()
    {
        Name = life.Place.Name,
        After = life.Place.After,
        IsRequired = life.Place.IsRequired,
        Kind = life.Place.Kind,
        State = life.State,
        Since = Clock.At(life.Since),
        LastGood = life.LastGood is { } good ? Clock.At(good) : null,
        LastVerdict = life.LastVerdict is { } verdict ? Clock.At(verdict) : null,
        WaitingOn = _world.WaitingOn(life),
        Reason = life.Reason,
        Signature = life.Signature,
        IsFatal = life.IsFatal,
        Runs = life.Runs,
        Failures = life.Failures,
        Abandoned = life.Abandoned,
        Restarts = life.Restarts,
        IsParked = life.IsParked,
        Events = life.Events,
    };

    /// <summary>As it was before anything happened: its news do not come through.</summary>
    private NodeEvidence Frozen(Life life)
    {
        var at = Clock.At(Math.Min(Faults.Min(static struck => Math.Max(struck.From, 0.1)), _world.End - 50));
        var events = life.Events.Where(each => each.At <= at).ToList();
        var last = events.Count > 0 ? events[^1] : new(Clock.At(0.05), NodeState.Unknown, null, null);
        var good = events.LastOrDefault(static each => each.State == NodeState.Ready);
        return Node(life) with
        {
            State = last.State,
            Since = last.At,
            Reason = last.Reason,
            Signature = last.Signature,
            LastGood = good is null ? null : at,
            LastVerdict = good is null ? null : at,
            WaitingOn = [],
            IsFatal = false,
            Runs = good is null ? 0 : 3,
            Failures = 0,
            Abandoned = 0,
            Restarts = 0,
            IsParked = false,
            Events = events,
        };
    }

    private static NodeEvidence Skewed(NodeEvidence node, TimeSpan by) => node with
    {
        Since = node.Since + by,
        LastGood = node.LastGood + by,
        LastVerdict = node.LastVerdict + by,
        Events = [.. node.Events.Select(each => each with { At = each.At + by })],
    };

    private NodeEvidence Noise()
    {
        string?[] signatures = ["ConnectionRefused", "timeout", "NullReferenceException", "28P01", null];
        var at = Clock.At(_random.NextDouble() * _world.End);
        var (reason, signature) = ("nobody needs this", signatures[_random.Next(signatures.Length)]);
        return new()
        {
            Name = "weather",
            After = [],
            IsRequired = false,
            State = NodeState.Failed,
            Since = at,
            LastVerdict = Clock.At(_world.End - 1),
            Reason = reason,
            Signature = signature,
            Runs = 9,
            Failures = 9,
            Events = [new(at, NodeState.Failed, reason, signature)],
        };
    }
}
