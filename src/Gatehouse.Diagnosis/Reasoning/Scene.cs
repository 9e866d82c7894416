using System.Globalization;
using Gatehouse.Readiness;

namespace Gatehouse.Diagnosis;

/// <summary>A case, put in order: every list sorted, so that the order in which evidence came is of no matter, and every node with its story.</summary>
internal sealed class Scene
{
    private static readonly TimeSpan DefaultSlack = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DefaultStartBudget = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BeforeOnset = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(3);

    private readonly SortedDictionary<string, NodeStory> _stories = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlySet<string>> _above = new(StringComparer.Ordinal);

    public Scene(Case given)
    {
        Given = given;
        Slack = given.ClockSlack ?? DefaultSlack;
        Marks = [.. given.Marks.OrderBy(static mark => mark.At).ThenBy(static mark => mark.Kind).ThenBy(static mark => mark.Text, StringComparer.Ordinal)];
        Layers = [.. (given.Outside?.Layers ?? []).OrderBy(static layer => layer.Layer)];
        Probes = [.. (given.Platform?.Probes ?? []).OrderBy(static probe => probe.Kind).ThenBy(static probe => probe.Path, StringComparer.Ordinal).ThenBy(static probe => probe.Port)];
        Lines = [.. (given.Platform?.Lines ?? []).OrderBy(static line => line.At).ThenBy(static line => line.Signature, StringComparer.Ordinal).ThenBy(static line => line.Text, StringComparer.Ordinal)];
        Decisions =
        [
            .. (given.Admission?.Decisions ?? [])
                .OrderBy(static each => each.Outcome, StringComparer.Ordinal).ThenBy(static each => each.Reason, StringComparer.Ordinal)
                .ThenBy(static each => each.Node, StringComparer.Ordinal).ThenBy(static each => each.Count),
        ];
        var withSlow = given.Symptom?.Kind == SymptomKind.Slow;
        foreach (var node in given.Graph?.Nodes ?? []) Add(node, withSlow);
        foreach (var named in _stories.Values.SelectMany(static story => story.Node.After).Select(static edge => edge.Node).Distinct().ToList())
            if (!_stories.ContainsKey(named)) Add(new() { Name = named, State = NodeState.Unknown, IsRequired = false }, withSlow);
    }

    public Case Given { get; }

    public TimeSpan Slack { get; }

    public DateTimeOffset At => Given.At;

    /// <summary>When the symptom began; set once it is found.</summary>
    public DateTimeOffset? Onset { get; set; }

    public IReadOnlyList<Mark> Marks { get; }

    public IReadOnlyList<LayerResult> Layers { get; }

    public IReadOnlyList<PlatformProbe> Probes { get; }

    public IReadOnlyList<PlatformLine> Lines { get; }

    public IReadOnlyList<AdmissionDecisions> Decisions { get; }

    public ProcessEvidence? Process => Given.Process;

    public AdmissionEvidence? Admission => Given.Admission;

    public IEnumerable<NodeStory> Stories => _stories.Values;

    public NodeStory this[string name] => _stories[name];

    public bool Knows(string name) => _stories.ContainsKey(name);

    /// <summary>All that a node comes after, near and far, whatever the edges' strength; in no order.</summary>
    public IReadOnlySet<string> Above(string name)
    {
        if (_above.TryGetValue(name, out var known)) return known;
        var above = new HashSet<string>(StringComparer.Ordinal);
        var next = new Stack<string>([name]);
        while (next.TryPop(out var node))
            foreach (var edge in _stories[node].Node.After)
                if (above.Add(edge.Node)) next.Push(edge.Node);
        return _above[name] = above;
    }

    public LayerResult? Failure => Layers.FirstOrDefault(static layer => layer.Outcome == LayerOutcome.Failed);

    public bool FailsAt(ProbeLayer layer) => Failure?.Layer == layer;

    /// <summary>The status of a refused upgrade; null if the upgrade was not what failed.</summary>
    public int? UpgradeStatus => FailsAt(ProbeLayer.Upgrade) ? Given.Outside?.Status : null;

    public string? UpgradeSignature => FailsAt(ProbeLayer.Upgrade) ? Failure!.Signature : null;

    public bool IsOurs => Given.Outside?.IsGatehouse == true;

    public bool IsReadyInside => Given.Graph?.IsReady == true;

    public TimeSpan ReadyFor => Given.Graph is { IsReady: true } && _stories.Count > 0
        ? At - _stories.Values.Where(static story => story.Node.IsRequired).Max(story => story.Node.Since ?? At)
        : TimeSpan.Zero;

    public TimeSpan StartBudget => Given.Graph?.StartBudget ?? DefaultStartBudget;

    public DateTimeOffset? BornAt => Process?.StartedAt ?? Marks.LastOrDefault(static mark => mark.Kind == MarkKind.InstanceStarted)?.At;

    /// <summary>How long the start took, or takes until now.</summary>
    public TimeSpan StartTakes => BornAt is { } born ? (Given.Graph?.StartedAt ?? At) - born : TimeSpan.Zero;

    public bool IsDraining => Admission?.IsDraining == true || Given.Graph?.Withdrawn is not null;

    public DateTimeOffset? DrainSince => Marks.LastOrDefault(static mark => mark.Kind == MarkKind.DrainBegan)?.At ?? Admission?.Since;

    public int Restarts => Given.Platform?.Restarts ?? 0;

    public bool IsMemoryFull => ProcessCauses.Rows[1].Shows!(this) is not null;

    public Mark? LastMigration => Marks.LastOrDefault(static mark =>
        mark.Kind is MarkKind.MigrationBegan or MarkKind.MigrationLanded or MarkKind.MigrationFailed);

    public bool IsFull => Refused("too_many_connections") is not null || Admission is { MostOpen: > 0 and { } most, Open: var open } && open >= most;

    public Finding? ExitedBadly => Given.Platform?.ExitCodes.LastOrDefault(static code => code is not (0 or 143)) is { } code and not 0
        ? Finding.Of(EvidenceSource.Platform, $"exit code {code}, {Restarts} restarts") : null;

    /// <summary>A socket that was cut while the platform's own limit is longer, or not known.</summary>
    public Finding? CutEarly => FailsAt(ProbeLayer.Hold) && Given.Outside!.CloseCode is null or 1006 && CutAt(Given.Platform?.RequestTimeout) is null && IsReadyInside
        ? AtFailure() with { IsPlain = false } : null;

    public Finding? Line(string signature) => LineOf(signature) is { } line ? Finding.Of(EvidenceSource.Platform, line.Text, line.At, signature) : null;

    public PlatformLine? LineOf(string signature) => Lines.FirstOrDefault(line => line.Signature == signature);

    public Finding? Exited(int code) => Given.Platform?.ExitCodes.Contains(code) == true ? Finding.Of(EvidenceSource.Platform, $"exit code {code}") : null;

    public Finding? Refused(string reason)
    {
        var refused = Decisions.FirstOrDefault(each => each.Outcome == "refused" && each.Reason == reason && each.Count > 0
            && !(At - each.Last > Lately));
        return refused is null ? null : Finding.Of(EvidenceSource.Admission, $"{refused.Count} upgrades refused for {reason}", refused.First);
    }

    public Finding AtFailure() => Finding.Of(
        EvidenceSource.Outside, $"{Given.Outside!.Target} fails at {Failure!.Layer.ToString().ToLowerInvariant()}: {Failure.Reason ?? Failure.Signature ?? "no reason given"}",
        Given.Outside.At, Failure.Signature);

    public Finding AtUpgrade(string what)
    {
        var by = Given.Outside!.AnsweredBy is { } server ? $", by {server}" : "";
        var status = Given.Outside.Status is { } code ? $", with {code}" : "";
        return Finding.Of(EvidenceSource.Outside, $"the upgrade is answered{status}{by}: {what}", Given.Outside.At, Failure!.Signature);
    }

    public Finding? CutAt(TimeSpan? limit)
    {
        var hold = Layers.FirstOrDefault(static layer => layer is { Layer: ProbeLayer.Hold, Outcome: LayerOutcome.Failed });
        if (limit is not { } most || hold is null || (hold.Duration - most).Duration() > Near) return null;
        return Finding.Of(EvidenceSource.Outside, string.Create(CultureInfo.InvariantCulture, $"the socket was cut after {hold.Duration.TotalSeconds:0.#} s, the limit is {most.TotalSeconds:0.#} s"), Given.Outside!.At);
    }

    public ClockJump? ClockJump(TimeSpan least)
    {
        var onset = Onset ?? At;
        return (Process?.ClockJumps ?? []).OrderBy(static jump => jump.At).ThenBy(static jump => jump.By)
            .LastOrDefault(jump => jump.By.Duration() >= least && jump.At >= onset - BeforeOnset - jump.By.Duration() && jump.At <= onset + Slack + jump.By.Duration());
    }

    private void Add(NodeEvidence node, bool withSlow)
    {
        var recheck = Given.Rechecks.Where(each => each.Node == node.Name).OrderBy(static each => each.At).ThenBy(static each => each.Outcome).LastOrDefault();
        node = node with { After = [.. node.After.OrderBy(static edge => edge.Node, StringComparer.Ordinal).ThenBy(static edge => edge.Strength)] };
        _stories.TryAdd(node.Name, new(node, Given, recheck, withSlow));
    }
}
