using System.Text;

namespace Gatehouse.Diagnosis;

/// <summary>
/// The chain as messages. When it fails, what was done to the service comes first;
/// then each asks the next one down to the cause, and the refusal comes back up. As it should be,
/// each says that it is ready before anybody asks, and the request passes.
/// </summary>
internal sealed class SequenceDiagram(SequenceCast cast, DiagnosisReport report)
{
    private const int MostCharacters = 40_000;      // Mermaid refuses 50,000; answers to what was asked come on top
    private const int MostInAll = 46_000;
    private const int LongestText = 160;
    private const int LongestName = 60;
    private const int MostEvents = 8;

    private readonly StringBuilder _diagram = new("sequenceDiagram\n");
    private readonly HashSet<Participant> _ready = [];
    private int _hops;

    public string Failing()
    {
        Introduce(cast.All);
        var chain = report.Chain!;
        foreach (var (happening, by) in cast.Before.TakeLast(MostEvents)) Note(by, $"{Wording.Time(happening.At, report.At)} {happening.Text}");
        var first = cast.Door ?? cast.Asker;
        if (cast.Door is { } door) Say(cast.Asker, "->>", door, Request());
        foreach (var cause in chain.Causes) Ask(first, cause);
        if (cast.Door is { } closed) Say(closed, "--x", cast.Asker, Since(chain));
        else Note(cast.Asker, Since(chain));
        return _diagram.ToString();
    }

    public string Expected()
    {
        Introduce(cast.All.Where(one => one != cast.Deployment));
        Prepare(cast.Door ?? cast.Asker, report.Chain!);
        Participant[] way = [.. cast.All.Where(one => one.IsAsked)];
        for (var index = 1; index < way.Length; index++) Say(way[index - 1], "->>", way[index], index is 1 ? Request() : "passes it on");
        for (var index = way.Length - 1; index > 0; index--) Say(way[index], "-->>", way[index - 1], Answer());
        return _diagram.ToString();
    }

    private void Introduce(IEnumerable<Participant> all)
    {
        foreach (var one in all)
            _diagram.Append($"  {(one == cast.Asker ? "actor" : "participant")} {one.Id} as {MermaidText.EscapeBroken(one.Name, LongestName, 24)}\n");
    }

    private void Ask(Participant caller, Hop hop)
    {
        if (_hops++ >= SequenceCast.MostHops || _diagram.Length > MostCharacters) return;
        if (cast.Of(hop) is not { } asked || asked == caller)
        {
            Note(caller, Since(hop));
            foreach (var cause in hop.Causes) Ask(caller, cause);
            return;
        }
        Say(caller, "->>", asked, caller == cast.Asker ? Request() : asked.IsAsked ? "passes it on" : "ready?");
        foreach (var cause in hop.Causes) Ask(asked, cause);
        Say(asked, "--x", caller, hop.SameAs is null ? Since(hop) : "as before");
    }

    /// <summary>The deepest first: what would have prevented it, and then that it is ready.</summary>
    private void Prepare(Participant caller, Hop hop)
    {
        if (_hops++ >= SequenceCast.MostHops || _diagram.Length > MostCharacters) return;
        var asked = cast.Of(hop) ?? caller;
        foreach (var cause in hop.Causes) Prepare(asked, cause);
        foreach (var root in report.Roots.Where(root => root.Path.Count > 0 && root.Path[^1] == hop.Id))
            if (root.Remedies.FirstOrDefault(remedy => remedy.When is RemedyTime.Prevent) is { } prevention) Note(asked, prevention.Text);
        if (!asked.IsAsked && asked != caller && _ready.Add(asked)) Say(asked, "-->>", caller, "ready");
    }

    private string Request() => report.Symptom?.Kind switch
    {
        SymptomKind.UpgradeRefused or SymptomKind.ConnectionCut => "opens a WebSocket",
        SymptomKind.TurnFailed or SymptomKind.Slow => "sends a message",
        SymptomKind.StartFailed or SymptomKind.ReadinessLost => "probes",
        SymptomKind.NodeDown => "checks",
        SymptomKind.Unreachable => "connects",
        _ => "asks",
    };

    private string Answer() => report.Symptom?.Kind switch
    {
        SymptomKind.UpgradeRefused => "101, then welcome",
        SymptomKind.ConnectionCut => "stays connected",
        SymptomKind.TurnFailed => "answers",
        SymptomKind.Slow => "answers in time",
        SymptomKind.StartFailed or SymptomKind.ReadinessLost => "200",
        _ => "does its job",
    };

    private string Since(Hop hop)
    {
        var answer = PlainText.Clean(hop.Answer);
        return hop.Since is { } since && !answer.Contains(Wording.Time(since), StringComparison.Ordinal)
            ? $"{Wording.Time(since, report.At)} {answer}"
            : answer;
    }

    private void Say(Participant from, string arrow, Participant to, string text) => Add($"{from.Id}{arrow}{to.Id}", text);

    private void Note(Participant at, string text) => Add($"Note over {at.Id}", text);

    private void Add(string what, string text)
    {
        if (_diagram.Length < MostInAll) _diagram.Append($"  {what}: {MermaidText.EscapeBroken(text, LongestText)}\n");
    }
}
