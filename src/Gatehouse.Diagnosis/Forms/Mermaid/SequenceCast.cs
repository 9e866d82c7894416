namespace Gatehouse.Diagnosis;

/// <summary>Somebody in a sequence diagram.</summary>
/// <param name="Id">Its name in the diagram's text.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="IsAsked">Whether requests pass through it on their way; else others wait for it to be ready.</param>
internal sealed record Participant(string Id, string Name, bool IsAsked);

/// <summary>
/// Who takes part, in the order of the chain: first who asks (a client or the platform), then those through whom the request
/// passes, then the nodes that they need. A cause has no part of its own: it is a note at the one above it.
/// </summary>
internal sealed class SequenceCast
{
    private readonly MermaidIds _ids = new("p_");
    private readonly List<Participant> _all = [];
    private readonly bool _hasPlatform;

    private SequenceCast(DiagnosisReport report)
    {
        Asker = Add(AskerOf(report.Symptom?.Kind), isAsked: true);
        Why[] whys = [.. Why.Of(report.Chain!).All.Take(MostHops)];
        _hasPlatform = whys.Any(why => why.Hop.Kind is HopKind.Platform);
        Before = [.. report.Timeline.Select(one => (one, By(one))).Where(pair => pair.Item2 is not null).Select(pair => (pair.one, pair.Item2!))];
        // Who is asked is at the door; a client never speaks with a node.
        if (report.Chain!.Causes.All(cause => !IsOnTheWay(cause.Kind)))
            Door = Add(Asker.Name is Platform ? "process" : "front door", isAsked: true);
        foreach (var why in whys) Of(why.Hop);
    }

    /// <summary>A diagram of more is not read by anybody.</summary>
    public const int MostHops = 40;

    private const string Platform = "platform";

    public Participant Asker { get; }

    /// <summary>Who is asked first where the chain does not say it; null where it does.</summary>
    public Participant? Door { get; }

    /// <summary>What was done to the service, and by whom.</summary>
    public IReadOnlyList<(Happening Happening, Participant By)> Before { get; }

    /// <summary>Whoever deploys and migrates: nobody asks it for anything.</summary>
    public Participant? Deployment { get; private set; }

    public IReadOnlyList<Participant> All => _all;

    public static SequenceCast Of(DiagnosisReport report) => new(report);

    /// <summary>Who a hop is about; null for the symptom and for causes.</summary>
    public Participant? Of(Hop hop) => hop.Kind switch
    {
        HopKind.Platform => Add(Platform, isAsked: true),
        HopKind.Process => Add("process", isAsked: true),
        HopKind.Admission => Add("front door", isAsked: true),
        HopKind.Node or HopKind.Provider => Add(hop.Name ?? hop.Id, isAsked: false),
        _ => null,
    };

    public Participant? At(string? node) => node is null ? null : _all.Find(one => one.Name == node);

    private Participant? By(Happening happening) => happening.Source switch
    {
        EvidenceSource.Mark => Deployment ??= Add("deployment", isAsked: false),
        EvidenceSource.Platform => Add(Platform, isAsked: _hasPlatform),
        _ => null,
    };

    private static bool IsOnTheWay(HopKind kind) => kind is HopKind.Platform or HopKind.Process or HopKind.Admission;

    private static string AskerOf(SymptomKind? kind) => kind switch
    {
        SymptomKind.StartFailed or SymptomKind.ReadinessLost => Platform,
        SymptomKind.NodeDown => "monitor",
        _ => "client",
    };

    private Participant Add(string name, bool isAsked)
    {
        if (_all.Find(one => one.Name == name) is { } known) return known;
        var one = new Participant(_ids.Of(name), name, isAsked);
        _all.Add(one);
        return one;
    }
}
